using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using AICodeManager.Server.FrontDoor.Edge.Proxies;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>What a request's host is to this server.</summary>
public enum HostVerdict
{
    /// <summary>One of its names.</summary>
    Known,

    /// <summary>A host, but not this one.</summary>
    Unknown,

    /// <summary>No host at all: missing, with user information, with characters that no host has.</summary>
    Malformed,
}

/// <summary>
/// Which hosts this server answers to. A page that makes its own name point here (DNS rebinding) speaks in its visitors'
/// browsers as if it were ours, and links made of a stranger's <c>Host</c> lead to him. Configured, the list is exact.
/// Otherwise addresses are served, for no other name points at one, with the names that nobody else can claim: this
/// machine's own and those of the configured pages. Loopback names are served to this machine in any case.
/// </summary>
public sealed class HostRules
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    private readonly bool configured;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> exact;
    private readonly string[] suffixes;

    /// <param name="known">Names to serve where none is configured, as <c>host</c> or <c>host:port</c>.</param>
    public HostRules(EdgeSettings settings, IEnumerable<string> known)
    {
        configured = settings.AllowedHosts.Count > 0;
        IEnumerable<string> names = configured ? settings.AllowedHosts : [.. known, "localhost", "*.localhost", Environment.MachineName];
        exact = names.Where(name => !name.StartsWith('*')).ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        suffixes = [.. names.Where(name => name.StartsWith('*')).Select(name => name[1..])];
    }

    /// <param name="host">As the request has it: <c>host</c> or <c>host:port</c>.</param>
    /// <param name="peer">Of the client; null where it has no address.</param>
    public HostVerdict Judge(string? host, bool overTls, IPAddress? peer)
    {
        if (string.IsNullOrEmpty(host) || !TrySplit(host, out var name, out var port))
            return HostVerdict.Malformed;
        port = port < 0 ? (overTls ? 443 : 80) : port;
        return (!configured && IsAddress(name))
            || IsListed(name, port)
            || (peer is not null && IPAddress.IsLoopback(peer) && IsLoopback(name))
                ? HostVerdict.Known
                : HostVerdict.Unknown;
    }

    /// <summary>Whether the text is a host with or without a port (RFC 9110 section 7.2), whoever's.</summary>
    public static bool IsWellFormed(string host) => TrySplit(host, out _, out _);

    private bool IsListed(ReadOnlySpan<char> name, int port)
    {
        if (exact.Contains(name))
            return true;
        Span<char> withPort = stackalloc char[name.Length + 6];
        withPort.TryWrite(CultureInfo.InvariantCulture, $"{name}:{port}", out var length);
        if (exact.Contains(withPort[..length]))
            return true;
        foreach (var suffix in suffixes)
        {
            // Something must stand before the dot, and nothing that ends in the suffix by chance.
            var whole = suffix.Contains(':') ? withPort[..length] : name;
            if (whole.Length > suffix.Length && whole.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static bool IsAddress(ReadOnlySpan<char> name) => name[0] == '[' || NodeAddress.IsV4(name);

    private static bool IsLoopback(ReadOnlySpan<char> name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IsAddress(name) && IPAddress.IsLoopback(IPAddress.Parse(name)));

    private static bool TrySplit(string host, out ReadOnlySpan<char> name, out int port)
    {
        name = host;
        port = -1;
        var end = host.StartsWith('[') ? host.IndexOf(']') + 1 : host.AsSpan().IndexOf(':');
        if (host.Length > 262 || (host.StartsWith('[') && end == 0))
            return false;
        if (end > 0 && end < host.Length)
        {
            name = host.AsSpan(0, end);
            if (host[end] != ':' || host.Length - end is < 2 or > 6 || !int.TryParse(host.AsSpan(end + 1), NumberStyles.None, null, out port) || port > 65535)
                return false;
        }

        return name.Length > 0 && (name[0] == '['
            ? name.Length > 4 && !name.Contains('%') && IPAddress.TryParse(name, out _)
            : !name.ContainsAnyExcept(NameCharacters) && name.Length <= 253);
    }
}
