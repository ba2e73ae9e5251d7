using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>The small pages a browser sees on its way back: no script, no style, nothing from elsewhere.</summary>
/// <remarks>
/// The way ends on a page of ours instead of a redirect: what follows a chain of redirects from the provider would
/// count as cross-site, and the browser would not send the <c>Strict</c> session cookie that was just set.
/// </remarks>
internal static class ProviderPages
{
    public const string ContentPolicy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // Letters of every script stay readable; what means something in HTML is encoded all the same.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly FrozenDictionary<string, string> Korean = new Dictionary<string, string>
    {
        ["oauth_response_invalid"] = "제공자의 응답을 받아들일 수 없습니다. 로그인을 다시 시작하세요.",
        ["oauth_state_invalid"] = "알 수 없거나 이미 끝났거나 다른 브라우저에서 시작된 로그인입니다. 10분 안에 끝나도록 다시 시작하세요.",
        ["oauth_issuer_mismatch"] = "요청한 곳이 아닌 다른 제공자의 응답입니다.",
        ["oauth_denied"] = "제공자 화면에서 로그인이 취소되었습니다.",
        ["oauth_provider_error"] = "제공자가 로그인을 거부했습니다.",
        ["oauth_provider_unavailable"] = "제공자가 응답하지 않습니다. 잠시 후 다시 시도하세요.",
        ["oauth_provider_invalid"] = "제공자의 응답을 받아들일 수 없습니다.",
        ["email_not_verified"] = "제공자가 확인한 이메일 주소가 없습니다.",
        ["account_disabled"] = "사용이 중지된 계정입니다.",
        ["account_link_required"] = "이 이메일 주소의 계정이 이미 있습니다. 평소 방법으로 로그인한 뒤 계정에서 제공자를 연결하세요.",
        ["already_linked"] = "연결할 수 없습니다. 다른 계정에 연결되어 있거나, 이 계정에 같은 제공자의 다른 연결이 있습니다.",
        ["link_session_over"] = "연결을 요청한 세션이 끝났습니다. 로그인한 뒤 다시 요청하세요.",
        ["two_factor_required"] = "2단계 인증 코드를 입력하세요.",
        ["invalid_proof"] = "코드가 올바르지 않습니다. 다시 입력하세요.",
        ["locked_out"] = "잘못된 시도가 너무 많습니다. 잠시 후 다시 시도하세요.",
        ["not_found"] = "찾을 수 없습니다.",
        ["invalid_input"] = "요청에 받아들일 수 없는 값이 있습니다.",
    }.ToFrozenDictionary();

    /// <summary>Leads on to a path of this server.</summary>
    public static IResult Continue(HttpContext context, string path)
    {
        context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
        context.Response.Headers.CacheControl = "no-store";
        var (title, link) = IsKorean(context) ? ("로그인되었습니다", "계속") : ("You are signed in", "Continue");
        var to = Encoder.Encode(path);
        return TypedResults.Content(
            Document(context, title, $"""<p><a href="{to}">{link}</a></p>""", $"""<meta http-equiv="refresh" content="0;url={to}">"""),
            "text/html; charset=utf-8");
    }

    /// <summary>Says why not, and asks for the second factor where that is what is missing.</summary>
    public static string Refused(HttpContext context, Refusal refusal)
    {
        context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
        var korean = IsKorean(context);
        var text = korean ? Korean.GetValueOrDefault(refusal.Code, "요청이 거부되었습니다.") : $"{refusal.Title} {refusal.Detail}".TrimEnd();
        return Document(
            context, korean ? "로그인" : "Sign in",
            $"<p>{Encoder.Encode(text)}</p>{CodeForm(refusal, korean)}<p><small><code>{Encoder.Encode(refusal.Code)}</code> {context.TraceIdentifier}</small></p>",
            head: "");
    }

    private static string CodeForm(Refusal refusal, bool korean) => ProviderRefusals.HandleIn(refusal) is not { } handle ? "" : $"""
        <form method="post" action="/auth/oauth/complete"><input type="hidden" name="handle" value="{Encoder.Encode(handle)}">
        <label>{(korean ? "코드" : "Code")} <input name="code" autocomplete="one-time-code" maxlength="64" required autofocus></label>
        <button>{(korean ? "확인" : "Confirm")}</button></form>
        """;

    private static string Document(HttpContext context, string title, string body, string head) => $"""
        <!doctype html>
        <html lang="{(IsKorean(context) ? "ko" : "en")}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{head}<title>{title}</title></head>
        <body><main><h1>{title}</h1>{body}</main></body></html>
        """;

    // RFC 9110 section 12.5.4, of the two languages that there are.
    private static bool IsKorean(HttpContext context) =>
        context.Request.GetTypedHeaders().AcceptLanguage
            .Where(l => l.Quality is not 0)
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.Value!.Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(l => l is "ko" or "en") == "ko";
}
