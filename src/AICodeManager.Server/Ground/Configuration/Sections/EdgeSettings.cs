using System.Net;
using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>In which header the proxies in front say who asked.</summary>
public enum ForwardedHeader
{
    /// <summary>Whichever of the two is there; where both are, they must say the same.</summary>
    Either,

    /// <summary><c>Forwarded</c> (RFC 7239) only.</summary>
    Forwarded,

    /// <summary><c>X-Forwarded-For</c> with <c>-Proto</c> and <c>-Host</c> only.</summary>
    XForwardedFor,
}

/// <summary>The keys of <c>server</c> that are our own: who is believed about a request, and which hosts this server is.</summary>
public sealed record EdgeSettings
{
    /// <summary>Nobody is believed and only addresses and names of this machine are served.</summary>
    public static readonly EdgeSettings Default = new() { TrustedProxies = [], ForwardedHeader = ForwardedHeader.Either, AllowedHosts = [] };

    /// <summary>Networks of the proxies whose word about the client is taken. Empty: nobody's, loopback not excepted.</summary>
    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    public required ForwardedHeader ForwardedHeader { get; init; }

    /// <summary>Hosts that requests may name. Empty: addresses, names of this machine and those of the configured pages.</summary>
    public required IReadOnlyList<string> AllowedHosts { get; init; }

    /// <param name="server">The section <c>server</c>, which these keys share with others.</param>
    internal static EdgeSettings Read(SectionReader server) => new()
    {
        TrustedProxies = server.List("trusted_proxies", [], Networks.Network, "AICLI_TRUSTED_PROXIES"),
        ForwardedHeader = server.Value("forwarded_header", "either", Words.OneOf(
            ("either", ForwardedHeader.Either), ("forwarded", ForwardedHeader.Forwarded), ("x-forwarded-for", ForwardedHeader.XForwardedFor))),
        AllowedHosts = server.List("allowed_hosts", [], HostPatterns.Pattern, "AICLI_ALLOWED_HOSTS"),
    };
}
