namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>The readable head of a backup: what is in it and which key opens it. Authenticated, not secret.</summary>
/// <param name="Id">Of the backup, as in the table <c>backups</c>.</param>
/// <param name="CreatedAt">When the snapshot was taken, UTC.</param>
/// <param name="ServerVersion">Which wrote it.</param>
/// <param name="Migrations">Numbers of the migrations that the database had, ascending; the last is its schema.</param>
/// <param name="Database"><c>sqlite</c> or <c>postgresql</c>: where it comes from, not where it must go.</param>
/// <param name="Contents">Of <see cref="BackupContents"/>.</param>
/// <param name="Sealing">Of <see cref="BackupSealing"/>.</param>
/// <param name="Compression"><c>brotli</c>.</param>
/// <param name="ChunkBytes">Bytes of content in each sealed chunk but the last, 64 KiB to 1 MiB.</param>
/// <param name="KeyFingerprint">Names the root key, see <c>RootKeys</c>.</param>
/// <param name="Salt">32 random bytes, base64url: no two files share a key.</param>
public sealed record BackupHeader(
    Guid Id, DateTimeOffset CreatedAt, string ServerVersion, IReadOnlyList<int> Migrations, string Database, IReadOnlyList<string> Contents,
    string Sealing, string Compression, int ChunkBytes, string KeyFingerprint, string Salt)
{
    public const int MinChunk = 64 * 1024, MaxChunk = 1024 * 1024;

    /// <summary>The schema's number.</summary>
    public int Schema => Migrations[^1];

    /// <summary>Whether its values can be used; the authentication of the header stands beside this.</summary>
    internal bool IsSound =>
        Migrations.Count is > 0 and < 10_000 && Migrations.Order().SequenceEqual(Migrations) && Migrations[0] > 0
        && Database is "sqlite" or "postgresql" && Sealing is BackupSealing.Encrypted or BackupSealing.Readable
        && Compression == BackupForm.Compression && ChunkBytes is >= MinChunk and <= MaxChunk;
}

/// <summary>What a backup can hold.</summary>
public static class BackupContents
{
    public const string Database = "database", Configuration = "configuration", WorkingCopies = "working_copies";
}

/// <summary>How chunks are kept.</summary>
public static class BackupSealing
{
    /// <summary>Encrypted and authenticated.</summary>
    public const string Encrypted = "AES-256-GCM";

    /// <summary>Authenticated only, by GMAC (NIST SP 800-38D): for <c>database.backup.encryption: false</c>.</summary>
    public const string Readable = "AES-256-GMAC";
}
