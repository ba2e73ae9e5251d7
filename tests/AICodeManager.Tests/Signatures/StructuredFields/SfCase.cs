using System.Text.Json;
using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Tests.Signatures.StructuredFields;

/// <summary>
/// One case of the suite httpwg/structured-field-tests (Copyright (c) 2018- IETF Trust and the persons identified as authors
/// of the code; Revised BSD licence): lines of a field, the kind of field, and what it means, as that suite's README lays it out.
/// </summary>
internal sealed record SfCase(JsonElement Test)
{
    public bool MustFail => Flag("must_fail");

    public bool CanFail => Flag("can_fail");

    public string[] Lines => Texts("raw")!;

    public string Kind => Test.GetProperty("header_type").GetString()!;

    /// <summary>The one right spelling: stated, or else that of the line itself; no line at all for what is empty.</summary>
    public string Canonical => string.Join(", ", Texts("canonical") ?? Lines);

    /// <summary>Reads the lines with the parser: an item, a list or a dictionary, or the fault.</summary>
    public object? Parse(out string? fault)
    {
        switch (Kind)
        {
            case "item":
                SfParser.TryItem(Lines, SfLimits.Default, out var item, out fault);
                return item;
            case "list":
                SfParser.TryList(Lines, SfLimits.Default, out var list, out fault);
                return list;
            default:
                SfParser.TryDictionary(Lines, SfLimits.Default, out var dictionary, out fault);
                return dictionary;
        }
    }

    /// <summary>Reads the lines with the reader alone.</summary>
    public bool Walk() => SfWalk.Whole(Kind, string.Join(", ", Lines));

    /// <summary>What the lines mean.</summary>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public object Expected()
    {
        var expected = Test.GetProperty("expected");
        return Kind switch
        {
            "item" => Member(expected),
            "list" => new SfList(expected.EnumerateArray().Select(Member)),
            _ => new SfDictionary(Pairs(expected, Member)),
        };
    }

    public override string ToString() => $"{Test.GetProperty("name").GetString()}: {Test.GetRawText()}";

    private static SfMember Member(JsonElement json) => json[0].ValueKind == JsonValueKind.Array
        ? new SfInnerList(json[0].EnumerateArray().Select(i => (SfItem)Member(i)), Parameters(json[1]))
        : new SfItem(Bare(json[0]), Parameters(json[1]));

    private static SfParameters Parameters(JsonElement json) => new(Pairs(json, Bare));

    private static IEnumerable<KeyValuePair<string, T>> Pairs<T>(JsonElement json, Func<JsonElement, T> value) =>
        json.EnumerateArray().Select(p => KeyValuePair.Create(p[0].GetString()!, value(p[1])));

    private static SfBare Bare(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => SfBare.OfBoolean(json.GetBoolean()),
        JsonValueKind.String => SfBare.OfString(json.GetString()!),
        JsonValueKind.Number when json.GetRawText().Contains('.') => SfBare.OfDecimal(json.GetDecimal()),
        JsonValueKind.Number => SfBare.OfInteger(json.GetInt64()),
        _ => json.GetProperty("__type").GetString() switch
        {
            "token" => SfBare.OfToken(json.GetProperty("value").GetString()!),
            "binary" => SfBare.OfBytes(Base32(json.GetProperty("value").GetString()!)),
            "date" => SfBare.OfDate(json.GetProperty("value").GetInt64()),
            "displaystring" => SfBare.OfDisplayString(json.GetProperty("value").GetString()!),
            var other => throw new NotSupportedException(other),
        },
    };

    private static byte[] Base32(string text)
    {
        var bytes = new List<byte>();
        var (bits, count) = (0, 0);
        foreach (var c in text.TrimEnd('='))
        {
            bits = (bits << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c)) & 0xFFF;
            count += 5;
            if (count >= 8)
                bytes.Add((byte)(bits >> (count -= 8)));
        }

        return [.. bytes];
    }

    private bool Flag(string name) => Test.TryGetProperty(name, out var value) && value.GetBoolean();

    private string[]? Texts(string name) => Test.TryGetProperty(name, out var value)
        ? [.. value.EnumerateArray().Select(v => v.GetString()!)]
        : null;
}
