using System.Net;
using Microsoft.Extensions.Primitives;

namespace AICodeManager.Server.FrontDoor.Edge.Proxies;

/// <summary>
/// <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c>: three lists without a standard, of which each proxy extends
/// the first and sets or extends the others.
/// </summary>
internal sealed class XForwarded : ForwardedChain
{
    public const string ForName = "X-Forwarded-For", ProtoName = "X-Forwarded-Proto", HostName = "X-Forwarded-Host";

    private readonly string[] addresses, schemes, hosts;

    private XForwarded(string[] addresses, string[] schemes, string[] hosts) =>
        (this.addresses, this.schemes, this.hosts) = (addresses, schemes, hosts);

    public override int Count => addresses.Length;

    public static bool IsIn(IHeaderDictionary headers) =>
        headers.ContainsKey(ForName) || headers.ContainsKey(ProtoName) || headers.ContainsKey(HostName);

    /// <summary>Null where they are longer than accepted.</summary>
    public static XForwarded? Read(IHeaderDictionary headers) =>
        Entries(headers[ForName]) is { } addresses && Entries(headers[ProtoName]) is { } schemes && Entries(headers[HostName]) is { } hosts
            ? new(addresses, schemes, hosts)
            : null;

    public override IPAddress? Address(int fromRight) => NodeAddress.Parse(addresses[^(fromRight + 1)]);

    public override string? Scheme(int fromRight) => At(schemes, fromRight);

    public override string? Host(int fromRight) => At(hosts, fromRight);

    // A shorter list was set by the outermost proxy and passed on by the others.
    private static string? At(string[] entries, int fromRight) => entries.Length == 0 ? null : entries[^Math.Min(fromRight + 1, entries.Length)];

    private static string[]? Entries(StringValues lines)
    {
        if (lines.Count == 0)
            return [];
        var length = 0;
        foreach (var line in lines)
            length += line?.Length ?? 0;
        if (length > MaxLength)
            return null;
        var entries = string.Join(',', lines.ToArray()).Split(',', StringSplitOptions.TrimEntries);
        return entries.Length <= MaxHops ? entries : null;
    }
}
