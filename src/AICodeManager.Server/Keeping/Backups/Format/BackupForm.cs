using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>
/// The head of the file: <c>AICB</c>, the format's number, the length and text (JSON) of the <see cref="BackupHeader"/>, and an
/// HMAC-SHA-256 over all of these (docs/backups.md). Both keys of a file descend from the root key and the file's salt.
/// </summary>
internal static class BackupForm
{
    public const byte Number = 1;
    public const string Compression = "brotli", KeyPurpose = "backup v1";

    private const int MaxHeader = 64 * 1024, MacBytes = 32, SaltBytes = 32, KeyBytes = 32;

    private static ReadOnlySpan<byte> Magic => "AICB"u8;

    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltBytes);

    /// <summary>Writes the head.</summary>
    public static async Task<FileKeys> WriteAsync(Stream to, BackupHeader header, RootKeys roots, CancellationToken cancel)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(header, WireJson.Options);
        var head = new byte[Magic.Length + 1 + sizeof(int) + text.Length];
        Magic.CopyTo(head);
        head[4] = Number;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), text.Length);
        text.CopyTo(head, 9);
        var (macKey, chunkKey) = Keys(roots.Derive(KeyPurpose), header);
        await to.WriteAsync(head, cancel);
        await to.WriteAsync(HMACSHA256.HashData(macKey, head), cancel);
        return new FileKeys(chunkKey, SHA256.HashData(head), header);
    }

    /// <summary>Reads and authenticates the head; the stream then stands at the first chunk.</summary>
    /// <exception cref="BackupException">It is no backup, of a later format, of another key, cut off or altered.</exception>
    public static async Task<FileKeys> ReadAsync(Stream from, RootKeys roots, CancellationToken cancel)
    {
        var start = new byte[9];
        var read = await from.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
        if (read < Magic.Length || !start.AsSpan(0, 4).SequenceEqual(Magic))
        {
            throw new BackupException(BackupDamage.NotABackup, "This is not a backup of AICode Manager: it does not begin as one.");
        }

        if (read < start.Length)
        {
            throw CutOff();
        }

        if (start[4] != Number)
        {
            throw new BackupException(
                BackupDamage.Newer, $"The backup is of format {start[4]}; this server reads format {Number}. Use the server that wrote it, or a newer one.");
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(5));
        if (length is < 2 or > MaxHeader)
        {
            throw Altered("its length cannot be");
        }

        var head = new byte[start.Length + length + MacBytes];
        start.CopyTo(head, 0);
        if (await from.ReadAtLeastAsync(head.AsMemory(start.Length), length + MacBytes, throwOnEndOfStream: false, cancel) < length + MacBytes)
        {
            throw CutOff();
        }

        var text = head.AsSpan(0, start.Length + length);
        var header = Parse(text[start.Length..]) ?? throw Altered("it cannot be read");
        var root = roots.DeriveAll(KeyPurpose).Where(key => key.Fingerprint == header.KeyFingerprint).Select(key => key.Key).FirstOrDefault()
            ?? throw new BackupException(
                BackupDamage.WrongKey,
                $"The backup was made with the key {Shown(header.KeyFingerprint)}; configured are {string.Join(", ", roots.DeriveAll(KeyPurpose).Select(k => k.Fingerprint))}. "
                + "Put the value that database.encryption.key had then into database.encryption.key or database.encryption.previous_keys.");
        var (macKey, chunkKey) = Keys(root, header);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(macKey, text), head.AsSpan(start.Length + length)))
        {
            throw Altered("its authentication does not match");
        }

        return header.IsSound ? new FileKeys(chunkKey, SHA256.HashData(text), header) : throw new BackupException(
            BackupDamage.Newer, "The backup's header is genuine but asks for something that this server does not know. Use the server that wrote it.");
    }

    private static BackupHeader? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupHeader>(text, WireJson.Options) is { } header
                && StrictBase64Url.Decode(header.Salt)?.Length == SaltBytes ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // RFC 5869; one root, one salt for each file, one key for each use.
    private static (byte[] Mac, byte[] Chunks) Keys(byte[] root, BackupHeader header)
    {
        var extracted = HKDF.Extract(HashAlgorithmName.SHA256, root, StrictBase64Url.Decode(header.Salt)!);
        return (
            HKDF.Expand(HashAlgorithmName.SHA256, extracted, KeyBytes, "aicb v1 header"u8.ToArray()),
            HKDF.Expand(HashAlgorithmName.SHA256, extracted, KeyBytes, "aicb v1 chunks"u8.ToArray()));
    }

    // Not authenticated yet: it must not play with a terminal.
    private static string Shown(string text) => new([.. text.Take(32).Where(char.IsAsciiLetterOrDigit)]);

    private static BackupException CutOff() => new(BackupDamage.CutOff, "The backup is cut off within its header.");

    private static BackupException Altered(string why) => new(BackupDamage.HeaderAltered, $"The backup's header was altered: {why}.");
}

/// <summary>What seals and opens the chunks of one file.</summary>
/// <param name="ChunkKey">32 bytes.</param>
/// <param name="HeaderDigest">SHA-256 of the head, which every chunk is bound to.</param>
internal sealed record FileKeys(byte[] ChunkKey, byte[] HeaderDigest, BackupHeader Header);
