using System.Buffers;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>
/// Web origins (RFC 6454): scheme, host and port, nothing else. They are read in the form in which browsers send them,
/// so that whoever compares them compares whole strings and never prefixes.
/// </summary>
internal static class Origins
{
    /// <summary>One exact origin.</summary>
    public static readonly Form<string> Exact = new("an exact origin such as https://example.org or https://example.org:8443, without path", Read);

    /// <summary>One exact origin, or <c>*</c> for any.</summary>
    public static readonly Form<string> ExactOrAny = new($"{Exact.Accepted}; or '*'", text => text == "*" ? Outcome.Of(text) : Read(text));

    private static readonly SearchValues<char> Beyond = SearchValues.Create("/\\?#@*");

    private static Outcome<string> Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url is not { Scheme: "http" or "https", UserInfo: "" })
            return Outcome.Wrong<string>("is not an origin");
        // The parser adds the path '/' itself: only the text tells whether one was written.
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        if (rest.AsSpan().ContainsAny(Beyond) || rest.Any(char.IsWhiteSpace))
            return Outcome.Wrong<string>("has more than scheme, host and port");
        var host = url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;
        return Outcome.Of(url.IsDefaultPort ? $"{url.Scheme}://{host}" : $"{url.Scheme}://{host}:{url.Port}");
    }
}
