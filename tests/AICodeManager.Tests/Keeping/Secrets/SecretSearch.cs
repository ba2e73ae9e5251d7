using System.Text;

namespace AICodeManager.Tests.Keeping.Secrets;

/// <summary>Secrets that were put into a run, and where bytes hold one of them, in any of the forms in which bytes are written.</summary>
internal sealed class SecretSearch
{
    private readonly List<(string Name, string Secret)> marked = [];

    /// <summary>How many there are.</summary>
    public int Count => marked.Count;

    /// <summary>A new secret of 40 characters that nobody else has.</summary>
    public string New(string name) => Mark(name, $"{Guid.NewGuid():N}Xq7-_zKp");

    /// <summary>Marks a secret that somebody else made.</summary>
    public string Mark(string name, string secret)
    {
        Assert.True(secret.Length >= 10, $"{name} is too short to be told from chance.");
        marked.Add((name, secret));
        return secret;
    }

    /// <summary>The secret of a name.</summary>
    public string Of(string name) => marked.Single(one => one.Name == name).Secret;

    /// <summary>Names of the marked secrets that the bytes hold.</summary>
    /// <param name="but">Those that may be there.</param>
    public IEnumerable<string> Find(byte[] bytes, params ReadOnlySpan<string> but)
    {
        List<string> found = [];
        foreach (var (name, secret) in marked)
        {
            if (!but.Contains(name) && Forms(secret).FirstOrDefault(form => bytes.AsSpan().IndexOf(form.Bytes) >= 0) is { How: not null } form)
                found.Add($"{name} ({form.How})");
        }

        return found;
    }

    public IEnumerable<string> Find(string text, params ReadOnlySpan<string> but) => Find(Encoding.UTF8.GetBytes(text), but);

    private static IEnumerable<(string How, byte[] Bytes)> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return ("as it is", bytes);
        yield return ("backwards", [.. bytes.Reverse()]);
        yield return ("UTF-16", Encoding.Unicode.GetBytes(secret));
        yield return ("escaped for a URL", Encoding.ASCII.GetBytes(Uri.EscapeDataString(secret)));
        yield return ("hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)));
        yield return ("hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)));

        // Base64 of the secret within other bytes: three alignments, of which the first and last characters depend on the others.
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes])[(before == 0 ? 0 : 4)..].TrimEnd('=')[..^2];
            yield return ("base64", Encoding.ASCII.GetBytes(text));
            yield return ("base64url", Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_')));
        }
    }
}
