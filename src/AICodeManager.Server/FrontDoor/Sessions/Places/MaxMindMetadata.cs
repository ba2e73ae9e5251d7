namespace AICodeManager.Server.FrontDoor.Sessions.Places;

/// <summary>What a MaxMind DB 2.0 file says of itself, checked against what it holds.</summary>
/// <param name="NodeCount">Nodes of the search tree, each of two records.</param>
/// <param name="RecordBits">24, 28 or 32.</param>
/// <param name="IpVersion">4 or 6.</param>
/// <param name="DatabaseType">The maker's name for the kind of records, such as <c>GeoIP2-City</c>.</param>
/// <param name="DataStart">Offset of the data section in the file.</param>
/// <param name="DataEnd">Offset of its end.</param>
internal sealed record MaxMindMetadata(
    long NodeCount, int RecordBits, int IpVersion, string DatabaseType, int DataStart, int DataEnd)
{
    // The marker stands last in the file, and within its last 128 KiB ("Database Metadata").
    private const int SearchedBytes = 128 << 10;
    private const int SeparatorBytes = 16;

    private static ReadOnlySpan<byte> Marker =>
        [0xAB, 0xCD, 0xEF, (byte)'M', (byte)'a', (byte)'x', (byte)'M', (byte)'i', (byte)'n', (byte)'d', (byte)'.', (byte)'c', (byte)'o', (byte)'m'];

    /// <exception cref="InvalidDataException">The file is not in the format; the message says how.</exception>
    public static MaxMindMetadata Read(ReadOnlySpan<byte> file)
    {
        var searchedFrom = Math.Max(0, file.Length - SearchedBytes - Marker.Length);
        var found = file[searchedFrom..].LastIndexOf(Marker);
        if (found < 0)
            throw new InvalidDataException("It is no database in MaxMind's format: the metadata marker is missing.");
        var dataEnd = searchedFrom + found;
        var cursor = new MaxMindCursor(file[(dataEnd + Marker.Length)..]);
        var root = cursor.Field(0, out _);

        Require(Number(ref cursor, root, "binary_format_major_version"u8) == 2, "its version of the format is not 2");
        var nodes = Number(ref cursor, root, "node_count"u8);
        var bits = Number(ref cursor, root, "record_size"u8);
        var version = Number(ref cursor, root, "ip_version"u8);
        Require(bits is 24 or 28 or 32, "its record size is not 24, 28 or 32 bits");
        Require(version is 4 or 6, "its addresses are of no known version");
        Require(nodes is > 0 and <= int.MaxValue, "its search tree has no nodes or too many");

        var treeBytes = nodes!.Value * bits!.Value / 4;
        Require(treeBytes + SeparatorBytes <= dataEnd, "its search tree would be larger than the file");
        var dataStart = (int)treeBytes + SeparatorBytes;
        // The separator exists so that a wrong size of the tree is noticed.
        Require(!file[(dataStart - SeparatorBytes)..dataStart].ContainsAnyExcept((byte)0), "its search tree does not end where it says");
        var type = cursor.Find(root, "database_type"u8) is { } field ? cursor.Text(field, 200) : null;
        return new MaxMindMetadata(nodes.Value, (int)bits.Value, (int)version!.Value, type ?? "", dataStart, dataEnd);
    }

    private static long? Number(ref MaxMindCursor cursor, MaxMindField root, ReadOnlySpan<byte> key) =>
        cursor.Find(root, key) is { } field && cursor.Unsigned(field) is { } value && value <= uint.MaxValue ? (long)value : null;

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidDataException($"It is no usable database in MaxMind's format: {otherwise}.");
    }
}
