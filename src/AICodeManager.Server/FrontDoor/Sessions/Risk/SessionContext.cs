using System.Net;
using AICodeManager.Server.FrontDoor.Sessions.Places;

namespace AICodeManager.Server.FrontDoor.Sessions.Risk;

/// <summary>What a session is known by: how it was at its start. What a step-up proved since excuses a difference; it does not hide it.</summary>
/// <param name="Address">The caller's address behind trusted proxies; null where there is none.</param>
/// <param name="UserAgent">The header as it was sent; null where there was none.</param>
/// <param name="Place">Null where unknown.</param>
/// <param name="LastSeenAt">The request before this one, not this one.</param>
/// <param name="Lifetime">How long it lives from <paramref name="CreatedAt"/>, whatever happens.</param>
/// <param name="IdleLimit">How long it lives without a request.</param>
/// <param name="IsApi">Whether tokens carry it, not a cookie.</param>
public readonly record struct SessionContext(
    IPAddress? Address,
    string? UserAgent,
    Place? Place,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    TimeSpan Lifetime,
    TimeSpan IdleLimit,
    bool IsApi);

/// <summary>What a request shows of its sender.</summary>
/// <param name="Place">Of <paramref name="Address"/>; need not be looked up where the address is the session's.</param>
public readonly record struct RequestContext(IPAddress? Address, string? UserAgent, Place? Place, DateTimeOffset Now);
