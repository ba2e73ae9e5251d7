namespace AICodeManager.Server.Work.Projects;

/// <summary>
/// Which uploads are archives at all, by their first bytes. The unpacker knows many more forms, one of which (mtree)
/// is plain text that names files to be copied in; none of those is let near it.
/// </summary>
internal static class ArchiveForm
{
    public const string Accepted = "The upload is not an archive. Accepted are tar (POSIX or GNU), tar.gz, tar.xz, tar.zst and zip.";

    private const int TarMagicAt = 257, Needed = 262;

    /// <param name="file">The upload; only this server has written it.</param>
    public static async Task<bool> IsAcceptedAsync(string file, CancellationToken cancel)
    {
        await using var upload = File.OpenRead(file);
        var head = new byte[Needed];
        var read = await upload.ReadAtLeastAsync(head, Needed, throwOnEndOfStream: false, cancel);
        return IsAccepted(head.AsSpan(0, read));
    }

    private static bool IsAccepted(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8)
        || head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])
        || head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0])
        || head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
        || (head.Length >= Needed && head[TarMagicAt..].StartsWith("ustar"u8));
}
