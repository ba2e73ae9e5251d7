namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>A value of the file with the line it stands on. Only the kinds of YAML that a configuration needs exist.</summary>
internal abstract record ConfigNode(long Line);

/// <summary>A single value, before <c>${…}</c> is expanded.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Text">The text without its quotes.</param>
/// <param name="Empty">Nothing, <c>~</c> or <c>null</c>, unquoted.</param>
internal sealed record ConfigScalar(long Line, string Text, bool Empty) : ConfigNode(Line);

internal sealed record ConfigList(long Line, IReadOnlyList<ConfigNode> Items) : ConfigNode(Line);

/// <summary>A section. Names are unique; the first of two equal names is kept.</summary>
internal sealed record ConfigMap(long Line, IReadOnlyList<ConfigEntry> Entries) : ConfigNode(Line)
{
    public ConfigEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);
}

/// <param name="Name">The key.</param>
/// <param name="Line">Line of the key.</param>
/// <param name="Value">Its value.</param>
internal sealed record ConfigEntry(string Name, long Line, ConfigNode Value);

/// <summary>Something that has been reported as a fault already; reading it reports nothing more.</summary>
internal sealed record RefusedNode(long Line) : ConfigNode(Line);
