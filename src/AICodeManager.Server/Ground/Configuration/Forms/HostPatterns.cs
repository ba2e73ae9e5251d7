using System.Net;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Hosts as requests name them (RFC 9110 section 7.2).</summary>
internal static partial class HostPatterns
{
    /// <summary>A host name or address with or without a port, or all names beneath one.</summary>
    public static readonly Form<string> Pattern = new(
        "a host name in lower case or an IP address ([…] for IPv6), with :port or without for any; *.example.org for every name beneath", text =>
            Names().IsMatch(text) || (V6().Match(text) is { Success: true } match && IPAddress.TryParse(match.Groups[1].ValueSpan, out _))
                ? Outcome.Of(text)
                : Outcome.Wrong<string>("is not such a host"));

    [GeneratedRegex(@"^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?){0,40}(:[0-9]{1,5})?\z")]
    private static partial Regex Names();

    [GeneratedRegex(@"^\[([0-9a-f:.]{2,45})\](:[0-9]{1,5})?\z")]
    private static partial Regex V6();
}
