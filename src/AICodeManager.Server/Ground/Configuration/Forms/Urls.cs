using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Addresses of other services, and our own.</summary>
internal static class Urls
{
    /// <summary>An absolute http or https URL without user information, query and fragment; read without a final slash.</summary>
    public static readonly Form<Uri> Base = new("an absolute http:// or https:// URL without user name, query and fragment", text =>
        Web(text) is { Query: "", Fragment: "" } url
            ? Outcome.Of(new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/')))
            : Outcome.Wrong<Uri>("is not such a URL"));

    /// <summary>A collector of telemetry.</summary>
    public static readonly Form<Uri?> Collector = new("an absolute http:// or https:// URL such as http://127.0.0.1:4318, without user name, query and fragment", text =>
        Base.Read(text) is { Problem: null, Value: var url } ? Outcome.Of<Uri?>(url) : Outcome.Wrong<Uri?>("is not such a URL"));

    /// <summary>An OAuth redirect: https, or http on this machine, without user information and fragment.</summary>
    public static readonly Form<Uri?> Redirect = new("an https:// URL (http:// only for localhost) without user name and fragment", text =>
        Web(text) is { Fragment: "" } url && (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback)
            ? Outcome.Of<Uri?>(url)
            : Outcome.Wrong<Uri?>("is not such a URL"));

    /// <summary>An OpenID issuer: https, or http on this machine. The text is kept as it stands, for it is compared exactly.</summary>
    public static readonly Form<string> Issuer = new("the issuer as the provider writes it: an https:// URL (http:// only for localhost) without user name, query and fragment", text =>
        Web(text) is { Query: "", Fragment: "" } url && !text.Contains('?') && !text.Contains('#') && (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback)
            ? Outcome.Of(text)
            : Outcome.Wrong<string>("is not such a URL"));

    /// <summary>A webhook; who knows its address may post to it, so it is a secret.</summary>
    public static readonly Form<Secret> Webhook = new("an https:// URL as it was issued", text =>
        text.EndsWith("...", StringComparison.Ordinal) ? Outcome.Wrong<Secret>("is a placeholder")
        : Web(text)?.Scheme == Uri.UriSchemeHttps ? Outcome.Of(new Secret(text))
        : Outcome.Wrong<Secret>("is not an https:// URL"), Hidden: true);

    /// <summary>A webhook that may also be reached without TLS, where that is asked for beside it.</summary>
    public static readonly Form<Secret> PlainWebhook = new("an https:// or http:// URL as it was issued", text =>
        text.EndsWith("...", StringComparison.Ordinal) ? Outcome.Wrong<Secret>("is a placeholder")
        : Web(text) is not null ? Outcome.Of(new Secret(text))
        : Outcome.Wrong<Secret>("is not an https:// or http:// URL"), Hidden: true);

    /// <summary>Where Redis is; the URL may carry its password.</summary>
    public static readonly Form<Secret?> Redis = new("redis://:password@host:port/database, or rediss:// for TLS; the client knows no user but default", text =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "redis" or "rediss", Host.Length: > 0, Query: "", Fragment: "" }
        && url.UserInfo.Split(':', 2) is [""] or ["" or "default", _]
        && (url.AbsolutePath.Trim('/') is "" || RedisDatabase(text) is not null)
            ? Outcome.Of<Secret?>(new Secret(text))
            : Outcome.Wrong<Secret?>("is not a Redis URL"), Hidden: true);

    /// <summary>Where PostgreSQL is; the URL may carry its password.</summary>
    public static readonly Form<Secret?> Postgres = new("postgres://user:password@host:port/database, or postgresql://", text =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "postgres" or "postgresql", Host.Length: > 0 }
            ? Outcome.Of<Secret?>(new Secret(text))
            : Outcome.Wrong<Secret?>("is not a PostgreSQL URL"), Hidden: true);

    /// <summary>Addresses that the server listens on, separated by semicolons; port 0 takes any free port.</summary>
    public static readonly Form<IReadOnlyList<string>> Listen = new("http://address:port (an IP address or localhost; https:// with security.tls), several separated by ';'", text =>
    {
        var urls = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return urls.Length > 0 && urls.All(IsListenable)
            ? Outcome.Of<IReadOnlyList<string>>([.. urls.Select(url => url.TrimEnd('/'))])
            : Outcome.Wrong<IReadOnlyList<string>>("is not such an address");
    });

    /// <summary>The database number in a Redis URL's path; null where it has none.</summary>
    public static int? RedisDatabase(string url) =>
        int.TryParse(new Uri(url).AbsolutePath.Trim('/'), System.Globalization.NumberStyles.None, null, out var number) && number <= 1023 ? number : null;

    private static bool IsListenable(string text) =>
        Web(text) is { Query: "", Fragment: "", AbsolutePath: "/" } url
        && (url.Host == "localhost" || url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6);

    private static Uri? Web(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { Scheme: "http" or "https", UserInfo: "", Host.Length: > 0 }
        && !text.Contains('\\') && !text.Any(char.IsWhiteSpace)
            ? url : null;
}
