using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>
/// Builds the tree of a configuration file from YAML events. Anchors, aliases, tags, further documents and deep
/// nesting are refused: a configuration needs none of them, and aliases are how small files become large trees.
/// Duplicate keys are reported and do not end the reading.
/// </summary>
internal sealed class ConfigTree(FaultList faults)
{
    /// <summary>Sections within sections.</summary>
    public const int MaxDepth = 16;

    /// <summary>The outermost section; null where the text is not YAML or not a section (a fault has been reported).</summary>
    public ConfigMap? Build(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return new ConfigMap(1, []);
            parser.Consume<DocumentStart>();
            var root = ReadNode(parser, 0);
            parser.Consume<DocumentEnd>();
            if (parser.Current is not StreamEnd)
                faults.InFile(Line(parser.Current), null, "a second document begins here", "one document");
            return Root(root);
        }
        catch (YamlException wrong)
        {
            // The messages of the YAML reader are fixed texts; they quote nothing of the file.
            faults.InFile(wrong.Start.Line, null, $"is not valid YAML: {wrong.Message.TrimEnd('.')}", null);
            return null;
        }
    }

    private ConfigMap? Root(ConfigNode root)
    {
        if (root is ConfigMap map)
            return map;
        if (root is ConfigScalar { Empty: true })
            return new ConfigMap(1, []);
        faults.InFile(root.Line, null, "the file is not made of sections", "sections such as 'server:' with keys below them");
        return null;
    }

    private ConfigNode ReadNode(IParser parser, int depth)
    {
        if (depth > MaxDepth)
            throw new YamlException(parser.Current!.Start, parser.Current.End, $"nested deeper than {MaxDepth} levels");
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return Refuse(Line(alias), "aliases are not accepted");
        var node = parser.Consume<NodeEvent>();
        ConfigNode read = node switch
        {
            Scalar scalar => new ConfigScalar(Line(scalar), scalar.Value, IsEmpty(scalar)),
            SequenceStart => ReadList(parser, Line(node), depth),
            MappingStart => ReadMap(parser, Line(node), depth),
            _ => throw new YamlException(node.Start, node.End, "an unknown kind of node"),
        };
        if (!node.Anchor.IsEmpty)
            return Refuse(Line(node), "anchors are not accepted");
        return node.Tag.IsEmpty ? read : Refuse(Line(node), "tags are not accepted");
    }

    private ConfigList ReadList(IParser parser, long line, int depth)
    {
        var items = new List<ConfigNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(parser, depth + 1));
        return new ConfigList(line, items);
    }

    private ConfigMap ReadMap(IParser parser, long line, int depth)
    {
        var entries = new List<ConfigEntry>();
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(parser, depth + 1);
            var value = ReadNode(parser, depth + 1);
            if (key is not ConfigScalar { Text: var name })
                _ = key is RefusedNode ? key : Refuse(key.Line, "a key must be a single word");
            else if (lines.TryAdd(name, key.Line))
                entries.Add(new ConfigEntry(name, key.Line, value));
            else
                faults.InFile(key.Line, Printable.Of(name), $"stands twice; first on line {lines[name]}", "each key once");
        }
        return new ConfigMap(line, entries);
    }

    private RefusedNode Refuse(long line, string problem)
    {
        faults.InFile(line, null, problem, "plain keys and values");
        return new RefusedNode(line);
    }

    private static bool IsEmpty(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";

    private static long Line(ParsingEvent? at) => at?.Start.Line ?? 0;
}
