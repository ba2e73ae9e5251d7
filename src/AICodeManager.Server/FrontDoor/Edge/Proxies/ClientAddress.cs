using System.Net;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Edge.Proxies;

/// <summary>
/// Who is calling (spec A19, C11): the connection's peer, unless it is a configured proxy. Then its header is walked from
/// the right for as long as it names configured proxies; the first that is none is the client. What a client writes into
/// the header itself stands to the left of that and is never looked at.
/// </summary>
public sealed class ClientAddress(EdgeSettings settings)
{
    private static readonly Refusal Unreadable = new(400, "forwarded_invalid", "The proxies' word about the client cannot be taken.")
    {
        Detail = "Forwarded, or X-Forwarded-For with -Proto and -Host: at most 32 entries and 2048 characters, schemes http and https.",
    };

    private static readonly Refusal Contradiction = Unreadable with
    {
        Detail = "Forwarded and X-Forwarded-For do not say the same; server.forwarded_header names the one that counts.",
    };

    private readonly IPNetwork[] trusted = [.. settings.TrustedProxies];

    /// <summary>
    /// Makes <c>Connection.RemoteIpAddress</c>, <c>Request.Scheme</c> and <c>Request.Host</c> the client's. IPv4 within IPv6
    /// becomes IPv4 in any case.
    /// </summary>
    /// <returns>Why the request is refused; then the address is the last that is certain, the peer's.</returns>
    public Refusal? Settle(HttpContext context)
    {
        var connection = context.Connection;
        if (connection.RemoteIpAddress is not { } remote)
            return null;
        var peer = NodeAddress.Plain(remote);
        if (!ReferenceEquals(peer, remote))
            connection.RemoteIpAddress = peer;
        if (trusted.Length == 0 || !IsTrusted(peer))
            return null;

        var (client, refusal) = Judge(peer, context.Request.Headers);
        if (refusal is not null || client is null)
            return refusal;
        connection.RemoteIpAddress = client.Address;
        if (client.Address != peer)
            connection.RemotePort = 0;
        return client.Scheme is null && client.Host is null ? null : Readdress(context, client);
    }

    /// <summary>What the headers say; nothing where there are none.</summary>
    internal (ClientClaim? Claim, Refusal? Refusal) Judge(IPAddress peer, IHeaderDictionary headers)
    {
        var standard = settings.ForwardedHeader != ForwardedHeader.XForwardedFor && headers.ContainsKey(Forwarded.Name);
        var older = settings.ForwardedHeader != ForwardedHeader.Forwarded && XForwarded.IsIn(headers);
        var first = standard ? Walk(peer, Forwarded.Read(headers[Forwarded.Name])) : null;
        var second = older ? Walk(peer, XForwarded.Read(headers)) : null;
        if ((standard && first is null) || (older && second is null))
            return (null, Unreadable);
        // A proxy that writes one of them passes the other on as the client wrote it.
        if (first is null || second is null)
            return (first ?? second, null);
        // What one leaves out the other says: else a client's own "for" would undo the proxy's X-Forwarded-Proto.
        return first.AgreesWith(second)
            ? (first with { Scheme = first.Scheme ?? second.Scheme, Host = first.Host ?? second.Host }, null)
            : (null, Contradiction);
    }

    private ClientClaim? Walk(IPAddress peer, ForwardedChain? chain)
    {
        if (chain is null)
            return null;
        var (client, depth) = (peer, 0);
        for (var i = 0; i < chain.Count && IsTrusted(client); i++)
        {
            depth = i;
            if (chain.Address(i) is not { } next)
                break;
            client = next;
        }

        var (scheme, host) = (chain.Scheme(depth)?.ToLowerInvariant(), chain.Host(depth));
        return scheme is null or "http" or "https" ? new(client, scheme, host) : null;
    }

    private static Refusal? Readdress(HttpContext context, ClientClaim client)
    {
        var request = context.Request;
        context.Features.Set(new WireAddress(request.Scheme, request.Host));
        request.Scheme = client.Scheme ?? request.Scheme;
        if (client.Host is null)
            return null;
        if (!HostRules.IsWellFormed(client.Host))
            return Unreadable;
        request.Host = new HostString(client.Host);
        return null;
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var network in trusted)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }
}

/// <summary>Who asked, and under which scheme and host, as far as the proxies said.</summary>
internal sealed record ClientClaim(IPAddress Address, string? Scheme, string? Host)
{
    /// <summary>Whether neither says what the other denies.</summary>
    public bool AgreesWith(ClientClaim other) =>
        Address.Equals(other.Address)
        && (Scheme is null || other.Scheme is null || Scheme == other.Scheme)
        && (Host is null || other.Host is null || Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase));
}
