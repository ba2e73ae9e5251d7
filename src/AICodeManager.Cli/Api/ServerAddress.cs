using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace AICodeManager.Cli.Api;

/// <summary>Where a server is: scheme, host, port and, behind a proxy, a path. Two spellings of one address are equal.</summary>
internal sealed record ServerAddress
{
    private readonly string text;

    private ServerAddress(Uri address)
    {
        text = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        IsLoopback = address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? IPAddress.IsLoopback(IPAddress.Parse(address.DnsSafeHost))
            : address.DnsSafeHost is "localhost";
        IsEncrypted = address.Scheme == Uri.UriSchemeHttps;
    }

    public static ServerAddress Default { get; } = new(new Uri("http://127.0.0.1:8080"));

    /// <summary>The address is this machine: what is sent there passes no wire.</summary>
    public bool IsLoopback { get; }

    public bool IsEncrypted { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out ServerAddress? address)
    {
        address = Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? new ServerAddress(uri)
            : null;
        return address is not null;
    }

    /// <summary>Null where nothing is given.</summary>
    /// <exception cref="CliFailure">What is given is not an address; <paramref name="origin"/> says where it stands.</exception>
    public static ServerAddress? From(string? text, string origin) =>
        string.IsNullOrWhiteSpace(text) ? null
        : TryParse(text.Trim(), out var address) ? address
        : throw CliFailure.Usage(
            $"{origin}: '{text}' is not a server address; accepted is http://HOST[:PORT] or https://HOST[:PORT], without user name and query.");

    /// <summary>The address of a route; <paramref name="route"/> begins with a slash and its segments are escaped.</summary>
    public Uri At(string route) => new($"{text}/api/v1{route}");

    public override string ToString() => text;
}
