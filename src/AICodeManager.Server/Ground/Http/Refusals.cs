namespace AICodeManager.Server.Ground.Http;

/// <summary>The refusals that more than one room gives.</summary>
public static class Refusals
{
    /// <summary>Absent and forbidden look alike, so that nobody learns what exists (spec C15).</summary>
    public static Refusal NotFound(string? privateReason = null) =>
        new(404, "not_found", "There is nothing here that you may see.") { PrivateReason = privateReason };

    public static Refusal InvalidInput(IReadOnlyDictionary<string, string[]> errors) =>
        new(400, "invalid_input", "The request has fields that cannot be accepted.") { Errors = errors };

    public static Refusal InvalidInput(string field, string problem) =>
        InvalidInput(new Dictionary<string, string[]> { [field] = [problem] });

    public static Refusal MalformedBody(string detail) =>
        new(400, "malformed_body", "The body cannot be read.") { Detail = detail };

    public static Refusal TooLarge(string detail) =>
        new(413, "too_large", "The request is larger than accepted.") { Detail = detail };

    /// <summary>Head or content came too slowly.</summary>
    public static Refusal Timeout() => new(408, "request_timeout", "The request did not arrive in time.");

    public static Refusal Conflict(string code, string title, string? detail = null) =>
        new(409, code, title) { Detail = detail };

    public static Refusal Unavailable(string code, string title, string? detail = null) =>
        new(503, code, title) { Detail = detail, Headers = new Dictionary<string, string> { ["Retry-After"] = "5" } };

    /// <summary>The session is over; its holder may know why (the words of <c>docs/sessions.md</c>).</summary>
    public static Refusal SessionEnded(string reason) =>
        Unauthenticated("session_ended", "The session is over; sign in again.", reason) with { Detail = $"Reason: {reason}." };

    /// <summary>The shared store of sessions and revocations does not answer: nothing can be checked, so nothing is let in.</summary>
    public static Refusal CoordinationUnavailable() =>
        new(503, "coordination_unavailable", "Sessions cannot be checked at the moment.")
        {
            Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
        };

    /// <summary>401 with the challenge of RFC 6750 section 3.</summary>
    public static Refusal Unauthenticated(string code, string title, string? privateReason = null) =>
        new(401, code, title)
        {
            PrivateReason = privateReason,
            Headers = new Dictionary<string, string> { ["WWW-Authenticate"] = "Bearer" },
        };
}
