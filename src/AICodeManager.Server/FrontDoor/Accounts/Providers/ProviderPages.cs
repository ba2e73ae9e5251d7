using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.FrontDoor.Csrf;
using AICodeManager.Server.FrontDoor.Edge;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>The small pages a browser sees on its way back: no script and nothing from elsewhere.</summary>
/// <remarks>
/// The way ends on a page of ours instead of a redirect: what follows a chain of redirects from the provider would
/// count as cross-site, and the browser would not send the <c>Strict</c> session cookie that was just set.
/// </remarks>
internal static class ProviderPages
{
    // Letters of every script stay readable; what means something in HTML is encoded all the same.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // What a second try may well not meet again.
    private static readonly FrozenSet<string> Passing = new[]
    {
        "oauth_response_invalid", "oauth_state_invalid", "oauth_issuer_mismatch", "oauth_denied", "oauth_provider_error",
        "oauth_provider_unavailable", "oauth_provider_invalid", "email_not_verified", "coordination_unavailable",
    }.ToFrozenSet();

    /// <summary>Leads on to a path of this server.</summary>
    /// <param name="linked">Whether what ended is not a sign-in but a link.</param>
    public static IResult Continue(HttpContext context, string path, bool linked = false)
    {
        var words = PageWords.For(context);
        var to = Encoder.Encode(path);
        return TypedResults.Content(
            Document(
                context, words, linked ? words.Linked : words.SignedIn, $"""<a class="act" href="{to}">{words.Continue}</a>""",
                $"""<meta http-equiv="refresh" content="0;url={to}">"""),
            "text/html; charset=utf-8");
    }

    /// <summary>Says why not, and asks for the second factor where that is what is missing.</summary>
    public static string Refused(HttpContext context, Refusal refusal)
    {
        var words = PageWords.For(context);
        var text = Encoder.Encode(words.Of(refusal));
        var trace = $"<footer>{Encoder.Encode(refusal.Code)}<br>{context.TraceIdentifier}</footer>";
        return ProviderRefusals.HandleIn(refusal) is { } handle
            ? Document(context, words, words.CodeTitle, CodeForm(context, words, handle, refusal.Code == "two_factor_required" ? "" : text))
            : Document(context, words, words.Failed, $"""<p role="alert">{text}</p>{Again(context, words, refusal)}{trace}""");
    }

    private static string CodeForm(HttpContext context, PageWords words, string handle, string wrong) => $"""
        <form method="post" action="/auth/oauth/complete"><input type="hidden" name="handle" value="{Encoder.Encode(handle)}">
        <input type="hidden" name="_csrf_token" value="{context.RequestServices.GetRequiredService<PageTokens>().ForBrowser(context)}">
        {(wrong.Length == 0 ? "" : $"""<p class="wrong" role="alert">{wrong}</p>""")}
        <label for="code">{words.Code}</label><small id="hint">{words.CodeHint}</small>
        <input id="code" name="code" aria-describedby="hint" autocomplete="one-time-code" autocapitalize="off" spellcheck="false" maxlength="64" required autofocus>
        <button>{words.Confirm}</button></form>
        """;

    private static string Again(HttpContext context, PageWords words, Refusal refusal)
    {
        if (!Passing.Contains(refusal.Code) || context.Request.RouteValues["provider"] is not string provider)
        {
            return "";
        }

        var query = context.Request.Query["return_to"] is [{ } sent] && ReturnPath.Read(sent) is { } path ? $"?return_to={Uri.EscapeDataString(path)}" : "";
        return $"""<a class="act" href="/auth/oauth/{Uri.EscapeDataString(provider)}{query}">{words.TryAgain}</a>""";
    }

    private static string Document(HttpContext context, PageWords words, string title, string body, string head = "")
    {
        context.RequestServices.GetRequiredService<SecurityHeaders>().ApplyPage(context, PageStyle.ContentPolicy);
        // With no-referrer, which the configured policy may be, browsers send the form's Origin as null; the callback's address,
        // which has the code, is told to nobody by either.
        context.Response.Headers["Referrer-Policy"] = "strict-origin";
        return $"""
            <!doctype html>
            <html lang="{words.Language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">{head}
            <title>{title} · AICode Manager</title><style>{PageStyle.Sheet}</style></head>
            <body><main><header>AICode Manager</header><h1>{title}</h1>{body}</main></body></html>
            """;
    }
}
