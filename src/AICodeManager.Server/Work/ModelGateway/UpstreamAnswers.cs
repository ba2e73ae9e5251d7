using System.Security.Authentication;
using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>The table of what an upstream can answer but success, and what the CLI and the task are told.</summary>
/// <remarks>
/// The CLI gives up at once on 400, 402 and 403, and on 401 and 429 with <c>x-should-retry: false</c>; the rest it repeats
/// <c>CLAUDE_CODE_MAX_RETRIES</c> times.
/// </remarks>
internal static class UpstreamAnswers
{
    /// <summary>A longer pause is not worth waiting for inside a task.</summary>
    private const int LongestPause = 30;

    private const int LongestMessage = 2_000;

    public static GatewayRefusal For(int status, int? retryAfter, ReadOnlySpan<byte> body, KeyMask mask) => status switch
    {
        400 or 404 or 413 or 422 => Passed(status, body, mask),
        401 or 403 => new(status, status == 401 ? "authentication_error" : "permission_error",
            "The model provider refuses the server's own credentials; the operator must check the API key.",
            FaultKinds.Unauthorized, Retry: false, UpstreamStatus: status),
        402 => new(402, "billing_error", "The model provider refuses for billing reasons.", FaultKinds.Error, Retry: false, UpstreamStatus: status),
        429 when retryAfter is >= 0 and <= LongestPause => RateLimited with { RetryAfter = retryAfter },
        429 => RateLimited with { Retry = false },
        503 or 529 => new(status, "overloaded_error", "The model provider is overloaded.", FaultKinds.Overloaded, UpstreamStatus: status),
        408 or 504 => new(status, "timeout_error", "The model provider timed out.", FaultKinds.TimedOut, UpstreamStatus: status),
        >= 500 => new(status, "api_error", "The model provider failed.", FaultKinds.Error, UpstreamStatus: status),
        _ => new(502, "api_error", $"The model provider gave the unexpected status {status}.", FaultKinds.Error, UpstreamStatus: status),
    };

    /// <summary>Told not to repeat, because each repetition would last as long again.</summary>
    public static readonly GatewayRefusal TimedOut =
        new(504, "timeout_error", "The model provider did not answer in time.", FaultKinds.TimedOut, Retry: false);

    public static readonly GatewayRefusal BrokeOff =
        new(502, "api_error", "The model provider's answer broke off.", FaultKinds.Error);

    public static readonly GatewayRefusal NotAModel =
        new(502, "api_error", "The upstream's answer is not one of the Messages API.", FaultKinds.Error);

    public static GatewayRefusal Unreachable(HttpRequestException fault) => new(502, "api_error", fault switch
    {
        { HttpRequestError: HttpRequestError.NameResolutionError } => "The model provider's name cannot be resolved.",
        { HttpRequestError: HttpRequestError.SecureConnectionError } or { InnerException: AuthenticationException } =>
            "The model provider's certificate is not trusted, or TLS failed.",
        { HttpRequestError: HttpRequestError.ConnectionError } => "The model provider cannot be reached.",
        _ => "The connection to the model provider broke before an answer.",
    }, FaultKinds.Unreachable);

    /// <summary>The fault behind an <c>error</c> event inside a stream.</summary>
    public static UpstreamFault InStream(string type) => type switch
    {
        "overloaded_error" => new(FaultKinds.Overloaded, "The model provider became overloaded while it answered."),
        "rate_limit_error" => new(FaultKinds.RateLimited, "The model provider's rate limit was hit while it answered."),
        "timeout_error" => new(FaultKinds.TimedOut, "The model provider timed out while it answered."),
        _ => new(FaultKinds.Error, "The model provider failed while it answered."),
    };

    private static GatewayRefusal RateLimited =>
        new(429, "rate_limit_error", "The model provider's rate limit is reached.", FaultKinds.RateLimited, UpstreamStatus: 429);

    /// <summary>The CLI acts on the text of some of these, such as a prompt that is too long; so the text stays.</summary>
    private static GatewayRefusal Passed(int status, ReadOnlySpan<byte> body, KeyMask mask)
    {
        var refusal = new GatewayRefusal(status, "invalid_request_error", "The model provider refuses the request.", FaultKinds.RequestRefused, UpstreamStatus: status);
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!JsonDocument.TryParseValue(ref reader, out var document))
                return refusal;
            using (document)
            {
                var message = UsageReader.Part(UsageReader.Part(document.RootElement, "error"), "message");
                if (message.ValueKind != JsonValueKind.String)
                    return refusal;
                var text = mask.Pass(message.GetString()!);
                return refusal with { Message = text.Length <= LongestMessage ? text : text[..LongestMessage] };
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return refusal;
        }
    }
}
