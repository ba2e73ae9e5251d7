namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// The Content-Security-Policy of pages, made from the configured one (CSP level 3): without what would let injected code
/// run, and with the directives whose absence would allow everything.
/// </summary>
public sealed class ContentPolicy
{
    // Spec C16. With a hash or a nonce a page says which inline code is its own.
    private static readonly string[] Struck = ["'unsafe-inline'", "'unsafe-eval'"];

    private readonly List<(string Name, string Sources)> directives = [];

    /// <param name="configured">Directives separated by semicolons; of one that is named twice browsers take the first, and so does this.</param>
    /// <param name="frameOptions"><c>DENY</c> or <c>SAMEORIGIN</c>, where the policy has no <c>frame-ancestors</c>.</param>
    public ContentPolicy(string configured, string frameOptions)
    {
        foreach (var directive in configured.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = directive.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            Add(words[0].ToLowerInvariant(), words.Length == 1 ? "" : Kept(words[1..]));
        }

        Add("object-src", "'none'");
        Add("base-uri", "'none'");
        Add("form-action", "'self'");
        Add("frame-ancestors", frameOptions == "SAMEORIGIN" ? "'self'" : "'none'");
        Text = Joined(directives);
    }

    /// <summary>The header's value.</summary>
    public string Text { get; }

    /// <summary>The same for one answer, whose inline scripts and styles carry this nonce.</summary>
    public string With(string nonce)
    {
        List<(string Name, string Sources)> own = [.. directives];
        foreach (var name in new[] { "script-src", "style-src" })
        {
            var at = own.FindIndex(d => d.Name == name);
            var sources = at >= 0 ? own[at].Sources : own.Find(d => d.Name == "default-src").Sources ?? "";
            var wider = (name, sources is "" or "'none'" ? $"'nonce-{nonce}'" : $"{sources} 'nonce-{nonce}'");
            if (at >= 0)
                own[at] = wider;
            else
                own.Add(wider);
        }

        return Joined(own);
    }

    private void Add(string name, string sources)
    {
        if (!directives.Exists(d => d.Name == name))
            directives.Add((name, sources));
    }

    private static string Kept(string[] sources)
    {
        var kept = sources.Where(source => !Struck.Contains(source, StringComparer.OrdinalIgnoreCase)).ToArray();
        return kept.Length == 0 ? "'none'" : string.Join(' ', kept);
    }

    private static string Joined(List<(string Name, string Sources)> all) =>
        string.Join("; ", all.Select(d => d.Sources.Length == 0 ? d.Name : $"{d.Name} {d.Sources}"));
}
