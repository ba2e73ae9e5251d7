using System.Buffers.Binary;
using System.Net;
using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Tests.Docs;

namespace AICodeManager.Tests.FrontDoor.Sessions.Places;

/// <summary>The format's own test files, and a reader of whole records for them.</summary>
internal static class MaxMindFile
{
    private static readonly string Folder = Repository.PathOf("tests/AICodeManager.Tests/FrontDoor/Sessions/Places/MaxMindFiles");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.mmdb").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static MaxMindDatabase Open(string name) => MaxMindDatabase.Open(PathOf(name));

    /// <summary>What a database holds on an address: dictionaries, lists and values; null for nothing.</summary>
    public static object? Whole(MaxMindDatabase database, string address) =>
        database.Read(IPAddress.Parse(address), (section, offset) => offset is { } at ? Value(section, at) : null);

    private static object? Value(ReadOnlySpan<byte> section, int offset)
    {
        var cursor = new MaxMindCursor(section);
        return Value(ref cursor, cursor.Field(offset, out _), 0);
    }

    private static object? Value(ref MaxMindCursor cursor, MaxMindField field, int depth)
    {
        if (depth > 32)
            throw new InvalidDataException("It is too deep.");
        var next = field.Start;
        switch (field.Type)
        {
            case MaxMindType.Map:
                var map = new Dictionary<string, object?>();
                for (var i = 0; i < field.Size; i++)
                {
                    var key = cursor.Text(cursor.Field(next, out next), 1000) ?? throw new InvalidDataException("It has a key that is no text.");
                    map[key] = Value(ref cursor, cursor.Field(next, out _), depth + 1);
                    next = cursor.Skip(next);
                }
                return map;
            case MaxMindType.Array:
                var list = new List<object?>();
                for (var i = 0; i < field.Size; i++)
                {
                    list.Add(Value(ref cursor, cursor.Field(next, out _), depth + 1));
                    next = cursor.Skip(next);
                }
                return list;
            case MaxMindType.Text:
                return cursor.Text(field, int.MaxValue);
            case MaxMindType.Bytes:
                return cursor.Payload(field).ToArray();
            case MaxMindType.Boolean:
                return field.Size != 0;
            case MaxMindType.Int32:
                Span<byte> wide = stackalloc byte[4];
                cursor.Payload(field).CopyTo(wide[(4 - field.Size)..]);
                return BinaryPrimitives.ReadInt32BigEndian(wide);
            default:
                return cursor.Real(field) ?? (object?)cursor.Unsigned(field);
        }
    }
}
