using System.Collections.Frozen;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>What <see cref="ProviderPages"/> say, in the language that the browser asks for: Korean or English.</summary>
internal sealed record PageWords(
    string Language, string SignedIn, string Linked, string Failed, string CodeTitle, string Code, string CodeHint,
    string Confirm, string Continue, string TryAgain)
{
    private static readonly PageWords English = new(
        "en", "You are signed in", "The account is linked", "You could not be signed in", "One more step", "Code",
        "The 6 digits that your authenticator shows, or a recovery code.", "Confirm", "Continue", "Try again");

    private static readonly PageWords Korean = new(
        "ko", "로그인되었습니다", "계정이 연결되었습니다", "로그인하지 못했습니다", "2단계 인증", "코드",
        "인증 앱에 표시된 6자리 숫자나 복구 코드를 입력하세요.", "확인", "계속", "다시 시도");

    // Where the API's own title is not what one would tell a person.
    private static readonly FrozenDictionary<string, string> InEnglish = new Dictionary<string, string>
    {
        ["invalid_proof"] = "That code is not right. Enter another one.",
        ["csrf_failed"] = "The form is too old, or this browser has another one open. Start the sign-in again.",
        ["origin_refused"] = "The form was sent from another site. Start the sign-in again.",
        ["not_found"] = "Nobody can sign in here with this provider.",
        ["locked_out"] = "Too many wrong codes. Try again later.",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> InKorean = new Dictionary<string, string>
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
        ["csrf_failed"] = "양식이 오래되었거나 이 브라우저에서 다른 양식이 열렸습니다. 로그인을 다시 시작하세요.",
        ["origin_refused"] = "다른 사이트에서 보낸 양식입니다. 로그인을 다시 시작하세요.",
        ["not_found"] = "이 제공자로는 로그인할 수 없습니다.",
        ["invalid_input"] = "요청에 받아들일 수 없는 값이 있습니다.",
        ["malformed_body"] = "요청에 받아들일 수 없는 값이 있습니다.",
        ["coordination_unavailable"] = "서버가 지금 로그인을 처리할 수 없습니다. 잠시 후 다시 시도하세요.",
        ["internal_error"] = "서버에 오류가 발생했습니다. 잠시 후 다시 시도하세요.",
    }.ToFrozenDictionary();

    /// <summary>RFC 9110 section 12.5.4, of the two languages that there are.</summary>
    public static PageWords For(HttpContext context) =>
        context.Request.GetTypedHeaders().AcceptLanguage
            .Where(l => l.Quality is not 0)
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.Value!.Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(l => l is "ko" or "en") == "ko" ? Korean : English;

    /// <summary>Why it was refused, for the person.</summary>
    public string Of(Refusal refusal) => this == Korean
        ? InKorean.GetValueOrDefault(refusal.Code, "요청이 거부되었습니다.")
        : InEnglish.GetValueOrDefault(refusal.Code) ?? $"{refusal.Title} {refusal.Detail}".TrimEnd();
}
