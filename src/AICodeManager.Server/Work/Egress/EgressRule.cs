using System.Net;

namespace AICodeManager.Server.Work.Egress;

/// <summary>The one place that a sandbox with a way out may reach.</summary>
/// <param name="Scheme"><c>https</c>: tunnels only; <c>http</c>: plain requests too.</param>
/// <param name="Host">Name or literal address, without brackets.</param>
/// <param name="PrivateAllowed">Whether the host may stand for an address that is not public.</param>
/// <param name="MaxBytes">Sum of bytes in both directions, over all connections.</param>
/// <param name="Limit">How long the way stays open.</param>
public sealed record EgressRule(string Scheme, string Host, int Port, bool PrivateAllowed, long MaxBytes, TimeSpan Limit)
{
    /// <summary>Whether a request names exactly this place; an authority without a port means the scheme's.</summary>
    public bool Names(string authority) =>
        Uri.TryCreate($"{Scheme}://{authority}/", UriKind.Absolute, out var asked)
        && asked.UserInfo.Length == 0
        && asked is { AbsolutePath: "/", Query: "", Fragment: "" }
        && asked.Port == Port
        && string.Equals(asked.IdnHost, Host, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What the proxy decided about one request.</summary>
/// <param name="Target">Host and port that were asked for, bounded.</param>
/// <param name="Reason">Why it was refused: <c>malformed</c>, <c>not_allowed</c>, <c>private_address</c>, <c>unresolved</c>, <c>unreachable</c>, <c>limit_reached</c>; null when it was allowed.</param>
public sealed record EgressDecision(string Target, string? Reason)
{
    public bool Allowed => Reason is null;
}

/// <summary>Turns a name into addresses; in tests, without a name server.</summary>
public delegate Task<IPAddress[]> EgressResolver(string host, CancellationToken cancel);
