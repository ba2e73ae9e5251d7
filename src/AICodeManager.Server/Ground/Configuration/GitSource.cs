namespace AICodeManager.Server.Ground.Configuration;

/// <summary>
/// A place that projects may be cloned from: everything below a URL, or everything below a local folder. Compared by
/// scheme, host, port and whole path segments, never as the start of a string.
/// </summary>
public sealed record GitSource
{
    private GitSource() { }

    /// <summary>The URL below which repositories may be cloned; null for a folder.</summary>
    public Uri? Url { get; private init; }

    /// <summary>The absolute folder below which bare repositories lie; null for a URL.</summary>
    public string? Folder { get; private init; }

    /// <summary>An <c>https://</c> URL (<c>http://</c> on this machine only) or an absolute folder; null where it is neither.</summary>
    public static GitSource? Parse(string text)
    {
        if (Path.IsPathFullyQualified(text))
            return IsPlainPath(text) && text.Trim('/').Length > 0 ? new GitSource { Folder = Path.TrimEndingDirectorySeparator(text) } : null;
        return CleanUrl(text) is { } url ? new GitSource { Url = url } : null;
    }

    /// <summary>Whether a repository lies below this source.</summary>
    /// <remarks>For folders only the text is judged: whoever opens the path must refuse symbolic links.</remarks>
    public bool Allows(string repository)
    {
        if (Folder is not null)
            return Path.IsPathFullyQualified(repository) && IsPlainPath(repository) && IsBelow(Folder, repository);
        return CleanUrl(repository) is { } url && Url is not null
            && url.Scheme == Url.Scheme && url.IdnHost == Url.IdnHost && url.Port == Url.Port
            && IsBelow(Url.AbsolutePath.TrimEnd('/'), url.AbsolutePath);
    }

    public override string ToString() => Folder ?? Url!.AbsoluteUri;

    private static bool IsBelow(string root, string path) =>
        path.StartsWith(root + "/", StringComparison.Ordinal) && path.Length > root.Length + 1;

    /// <summary>No <c>.</c>, <c>..</c> or empty segments, no backslashes or control characters.</summary>
    private static bool IsPlainPath(string path) =>
        path.Length <= 1000 && !path.Any(c => char.IsControl(c) || c == '\\')
        && !path.TrimEnd('/').Split('/').Skip(1).Any(segment => segment is "" or "." or "..");

    /// <summary>
    /// The URL where it is written plainly: percent signs are refused because servers unescape <c>%2e%2e</c>, and
    /// user information because <c>https://github.com@evil.example</c> names another host than it shows.
    /// </summary>
    private static Uri? CleanUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            return null;
        var pathStart = text.IndexOf('/', url.Scheme.Length + 3);
        var path = pathStart < 0 ? "/" : text[pathStart..];
        return url is { UserInfo: "", Query: "", Fragment: "", Host.Length: > 0 }
            && (url.Scheme == "https" || url.IsLoopback)
            && !text.AsSpan().ContainsAny("%?#@") && !text.Any(char.IsWhiteSpace) && IsPlainPath(path) ? url : null;
    }
}
