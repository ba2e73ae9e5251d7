using System.Text;

namespace AICodeManager.Server.Work.Projects;

/// <summary>
/// A path inside a working copy that exists only once it was found harmless: relative, no <c>.</c>, <c>..</c>, empty
/// or <c>.git</c> parts, no NUL, at most 4,000 bytes of UTF-8, parts of at most 255 bytes.
/// </summary>
public sealed record BeneathPath
{
    /// <summary>The working copy itself.</summary>
    public static readonly BeneathPath Root = new("", []);

    /// <summary>What is accepted, for refusals.</summary>
    public const string Accepted =
        "must be a relative path with '/' between its parts, without '.', '..', '.git' or empty parts, at most 4000 bytes";

    private const int MaxBytes = 4000, MaxPartBytes = 255;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private BeneathPath(string text, IReadOnlyList<byte[]> parts) => (Text, Parts) = (text, parts);

    public string Text { get; }

    internal IReadOnlyList<byte[]> Parts { get; }

    public bool IsRoot => Parts.Count == 0;

    internal byte[] Name => Parts[^1];

    internal byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    internal BeneathPath Parent =>
        Parts.Count == 1 ? Root : new(Text[..Text.LastIndexOf('/')], [.. Parts.Take(Parts.Count - 1)]);

    /// <summary>Null when the text is not acceptable; empty text and null are the root.</summary>
    public static BeneathPath? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Root;
        try
        {
            if (text.Contains('\0', StringComparison.Ordinal) || Strict.GetByteCount(text) > MaxBytes)
                return null;
            List<byte[]> parts = [];
            foreach (var part in text.Split('/'))
            {
                // .GIT too: a working copy may be carried to a file system that ignores case.
                if (part is "" or "." or ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase))
                    return null;
                parts.Add(Strict.GetBytes(part));
                if (parts[^1].Length > MaxPartBytes)
                    return null;
            }

            return new BeneathPath(text, parts);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
