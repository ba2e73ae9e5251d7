namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Why the last call of a task did not succeed.</summary>
/// <param name="Kind">One of <see cref="FaultKinds"/>.</param>
/// <param name="Message">For people; holds nothing of the key and nothing of the conversation.</param>
/// <param name="Status">The upstream's status, where it gave one.</param>
public sealed record UpstreamFault(string Kind, string Message, int? Status = null);

/// <summary>Stable names of faults.</summary>
public static class FaultKinds
{
    public const string ModelNotConfigured = "model_not_configured";
    public const string ModelNotAllowed = "model_not_allowed";
    public const string RequestRefused = "request_refused";
    public const string BudgetExhausted = "budget_exhausted";
    public const string GatewayError = "gateway_error";
    public const string Unauthorized = "upstream_unauthorized";
    public const string RateLimited = "upstream_rate_limited";
    public const string Overloaded = "upstream_overloaded";
    public const string Error = "upstream_error";
    public const string Unreachable = "upstream_unreachable";
    public const string TimedOut = "upstream_timeout";
}
