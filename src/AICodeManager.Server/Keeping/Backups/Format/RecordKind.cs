namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>The records within a backup, in the order in which they come (docs/backups.md).</summary>
internal enum RecordKind : byte
{
    /// <summary>A table begins: its name, its columns.</summary>
    Table = (byte)'T',

    /// <summary>Some of its rows.</summary>
    Rows = (byte)'R',

    /// <summary>It ends: number of rows, SHA-256 of them.</summary>
    TableEnd = (byte)'t',

    /// <summary>A file begins: place (configuration or a project's folder), name, kind, rights.</summary>
    File = (byte)'F',

    /// <summary>Some of its content.</summary>
    Data = (byte)'D',

    /// <summary>It ends: bytes, SHA-256.</summary>
    FileEnd = (byte)'f',

    /// <summary>Everything ends: each table with its rows and hash, number and bytes of files.</summary>
    End = (byte)'Z',
}
