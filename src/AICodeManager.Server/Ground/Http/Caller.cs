namespace AICodeManager.Server.Ground.Http;

/// <summary>Who is asking, once identity and admission have answered.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Role">Its role now, not when the token was made.</param>
/// <param name="SessionId">The session that carries the request; null where its signature alone does.</param>
/// <param name="KeyId">The key that signed the request, if it is signed.</param>
public sealed record Caller(Guid UserId, string Email, string Role, Guid? SessionId, Guid? KeyId = null)
{
    /// <summary>The caller of a request that passed admission with a credential; null for anonymous requests.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();

    /// <summary>Binds as an endpoint parameter. Endpoints behind a permission always have a caller.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));
}

/// <summary>Where a request comes from and how it is named; what every audit event carries.</summary>
/// <param name="Address">Client address as the edge settled it.</param>
public sealed record RequestOrigin(string? Address, string RequestId, Caller? Caller)
{
    /// <summary>For work that no request asked for, such as start-up.</summary>
    public static readonly RequestOrigin System = new(null, "system", null);

    public static RequestOrigin Of(HttpContext context) =>
        new(context.Connection.RemoteIpAddress?.ToString(), context.TraceIdentifier, Caller.Of(context));

    public static ValueTask<RequestOrigin?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<RequestOrigin?>(Of(context));
}
