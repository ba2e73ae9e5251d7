using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Texts of a given shape.</summary>
internal static partial class Texts
{
    /// <summary>Any text of 1 to 1000 characters without control characters.</summary>
    public static readonly Form<string> Line = Where("a text of 1 to 1000 characters", text => text.Length is >= 1 and <= 1000);

    /// <summary>Printable ASCII, as the value of an HTTP header.</summary>
    public static readonly Form<string> HeaderValue = Where(
        "1 to 4000 printable ASCII characters", text => text.Length is >= 1 and <= 4000 && text.All(c => c is >= ' ' and <= '~'));

    /// <summary>The name of an HTTP header or method (RFC 9110, token), without <c>*</c>.</summary>
    public static readonly Form<string> Token = Matching("a name of letters, digits and - _ .", TokenPattern());

    /// <summary>A database field, <c>table.column</c>.</summary>
    public static readonly Form<string> Field = Matching("table.column in lower case", FieldPattern());

    /// <summary>The name of a role.</summary>
    public static readonly Form<string> RoleName = Matching("1 to 32 lower-case letters, digits, - or _, the first a letter", RoleNamePattern());

    /// <summary>The name of an OpenID provider, as it stands in routes; the two that have sections of their own are not among them.</summary>
    public static readonly Form<string> ProviderName = Where(
        "1 to 32 lower-case letters, digits, - or _, the first a letter; not google or github, which have their own sections",
        text => RoleNamePattern().IsMatch(text) && text is not ("google" or "github"));

    /// <summary>The name of a model, as the model's provider writes it.</summary>
    public static readonly Form<string> ModelName = Matching("1 to 100 letters, digits and . _ : @ / -", ModelNamePattern());

    /// <summary>An OAuth scope (RFC 6749, section 3.3).</summary>
    public static readonly Form<string> Scope = Where(
        "printable ASCII without spaces, quotes and backslashes",
        text => text.Length is >= 1 and <= 200 && text.All(c => c is > ' ' and <= '~' and not '"' and not '\\'));

    /// <summary>A route of the HTTP interface: its path, and before it a method or nothing.</summary>
    public static readonly Form<string> Route = Where(
        "a route such as /api/v1/auth/login or POST /api/v1/projects/{id}/tasks, without query",
        text => text.Length <= 200 && RoutePattern().IsMatch(text));

    /// <summary>An e-mail address; only its shape is checked.</summary>
    public static readonly Form<string> Email = Where("an e-mail address such as admin@example.org", text =>
        text.Length <= 254 && text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1 && !text.Any(char.IsWhiteSpace));

    /// <summary>
    /// A mailbox as mail servers take it without extensions (RFC 5321 section 4.1.2): a dot-string of ASCII before the
    /// <c>@</c>, after it a host name, which may be international. Nothing in it can end a command or a header.
    /// </summary>
    public static readonly Form<string> Mailbox = Where("an e-mail address such as admin@example.org, plain ASCII before the @", text =>
        text.Length <= 254 && text.Split('@') is [{ Length: <= 64 } local, { Length: > 0 } domain]
        && LocalPartPattern().IsMatch(local) && AsciiHost(domain) is not null);

    /// <summary>The name of a way in which alerts are delivered.</summary>
    public static readonly Form<string> ChannelName = Matching("1 to 32 lower-case letters, digits, - or _, the first a letter", RoleNamePattern());

    /// <summary>What a server is called among others whose telemetry comes together.</summary>
    public static readonly Form<string> ServiceName = Matching("1 to 63 letters, digits and . _ -, the first a letter", ServiceNamePattern());

    /// <summary>APP-NAME of a syslog message (RFC 5424 section 6.2.5).</summary>
    public static readonly Form<string> SyslogName = Where(
        "1 to 48 printable ASCII characters without spaces", text => text.Length is >= 1 and <= 48 && text.All(c => c is > ' ' and <= '~'));

    /// <summary>Another machine: an IP address or a host name.</summary>
    public static readonly Form<string> RemoteHost = Where("an IP address or a host name such as smtp.example.org, without port", text =>
        text.Length <= 253 && (IPAddress.TryParse(text, out var address) ? text.Contains(':') || address.ToString() == text : HostNamePattern().IsMatch(text)));

    /// <summary>An IP address, or a host name of this machine.</summary>
    public static readonly Form<string> Host = Where("an IP address such as 127.0.0.1 or 0.0.0.0, or localhost", text =>
        // The parser also takes 8080 for the address 0.0.31.144: only the usual spelling of IPv4 is accepted.
        text == "localhost" || (IPAddress.TryParse(text, out var address) && (text.Contains(':') || address.ToString() == text)));

    /// <summary>A host name in lower case (RFC 1123, section 2.1), as browsers write it: no port, no address.</summary>
    public static readonly Form<string> HostName = Where("a host name such as manager.example.org, in lower case and without port", text =>
        text.Length <= 253 && HostNamePattern().IsMatch(text) && !IPAddress.TryParse(text, out _));

    /// <summary>A host name as it is looked up (RFC 5890, A-labels), in lower case; null where the text is none.</summary>
    public static string? AsciiHost(string text)
    {
        try
        {
            var ascii = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text).ToLowerInvariant();
            return ascii.Length <= 253 && HostNamePattern().IsMatch(ascii) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Form<string> Where(string accepted, Func<string, bool> holds) => new(accepted, text =>
        holds(text) ? Outcome.Of(text) : Outcome.Wrong<string>("is not accepted"));

    private static Form<string> Matching(string accepted, Regex pattern) => Where(accepted, pattern.IsMatch);

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'+.^_`|~-]{1,64}\z")]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"^(?:[A-Z]{3,10} )?(?:/(?:[A-Za-z0-9._~%-]+|\{[A-Za-z][A-Za-z0-9_]{0,31}\}))+\z")]
    private static partial Regex RoutePattern();

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}\z")]
    private static partial Regex FieldPattern();

    [GeneratedRegex(@"^[a-z][a-z0-9_-]{0,31}\z")]
    private static partial Regex RoleNamePattern();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\z")]
    private static partial Regex HostNamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\z")]
    private static partial Regex LocalPartPattern();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9._-]{0,62}\z")]
    private static partial Regex ServiceNamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9._:@/-]{1,100}\z")]
    private static partial Regex ModelNamePattern();
}
