namespace AICodeManager.Server.Ground.Http;

/// <summary>
/// A request that is not served, as a value: what the client may know, and what only the server keeps.
/// It is answered through <see cref="RefusalFunnel"/> wherever it was returned.
/// </summary>
/// <param name="Status">HTTP status, 400 to 599.</param>
/// <param name="Code">Stable word that clients may rely on, for example <c>invalid_credentials</c>.</param>
/// <param name="Title">One line in English, the same for every refusal of this code.</param>
public sealed record Refusal(int Status, string Code, string Title) : IResult
{
    /// <summary>What is wrong with this request and what is accepted; public.</summary>
    public string? Detail { get; init; }

    /// <summary>Faults by field of the body or query.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Further members of the problem document, by name (RFC 9457 section 3.2); public.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    /// <summary>Name of the audit event, where the refusal tells more than that a request was refused.</summary>
    public string? Event { get; init; }

    /// <summary>One of many alike that the audit was told of as a whole: it is counted, and no event of its own.</summary>
    public bool Unrecorded { get; init; }

    /// <summary>For the audit and the log only.</summary>
    public string? PrivateReason { get; init; }

    /// <summary>What else the audit is to know, by name: ids and words, never a secret.</summary>
    public IReadOnlyDictionary<string, object?>? PrivateDetails { get; init; }

    /// <summary>Further response headers, for example <c>WWW-Authenticate</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public Task ExecuteAsync(HttpContext httpContext) =>
        httpContext.RequestServices.GetRequiredService<RefusalFunnel>().AnswerAsync(httpContext, this);
}
