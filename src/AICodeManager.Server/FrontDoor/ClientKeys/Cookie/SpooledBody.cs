using System.Buffers;
using System.Security.Cryptography;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// A request's body, read to its end and hashed before it goes on: the digest stands in a header, and headers go first.
/// Up to 64 KiB stay in memory, more lies in a file that has no name and that only this process can read.
/// </summary>
public sealed class SpooledBody : IAsyncDisposable
{
    private const int InMemory = 64 * 1024;

    private SpooledBody(Stream content, long length, byte[] sha256) =>
        (Content, Length, Digest) = (content, length, $"sha-256=:{Convert.ToBase64String(sha256)}:");

    /// <summary>From the first byte; one reader.</summary>
    public Stream Content { get; }

    public long Length { get; }

    /// <summary>The value of <c>Content-Digest</c> (RFC 9530 section 2).</summary>
    public string Digest { get; }

    /// <summary>Whether a file holds it.</summary>
    internal bool OnDisk => Content is FileStream;

    /// <summary>Null where the body is longer than the limit, in bytes; the rest of it is then not read.</summary>
    public static async Task<SpooledBody?> ReadAsync(Stream body, long limit, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(InMemory);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Stream content = new MemoryStream();
        var kept = false;
        try
        {
            for (var length = 0L; ;)
            {
                var read = await body.ReadAsync(buffer, cancel);
                if (read == 0)
                {
                    content.Position = 0;
                    kept = true;
                    return new SpooledBody(content, length, hash.GetHashAndReset());
                }

                length += read;
                if (length > limit)
                    return null;
                if (length > InMemory && content is MemoryStream memory)
                {
                    content = NamelessFile();
                    memory.WriteTo(content);
                }

                hash.AppendData(buffer, 0, read);
                await content.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            if (!kept)
                await content.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();

    // O_EXCL and a name that nobody can guess, mode 0600, and gone from the folder at once: it ends with the process.
    private static FileStream NamelessFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"aicli-body-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(path);
        return file;
    }
}
