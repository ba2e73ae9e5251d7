using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AICodeManager.Cli.Api;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Credentials;

/// <summary>
/// The private key of this device at one server, in a file of its own beside the login: whoever gets hold of one of the two
/// has not got the other. A pair that the server has not confirmed yet lies beside it, so that no lost answer loses a key.
/// </summary>
internal sealed class DeviceKeyFile(string folder, ServerAddress server)
{
    private const int LargestFile = 64 * 1024;

    private readonly string next = PathOf(folder, server, ".next.json");

    public string Path { get; } = PathOf(folder, server, ".json");

    public ServerAddress Server => server;

    /// <summary>The key; null where there is none.</summary>
    /// <exception cref="CliFailure">Others may know it, or it is none.</exception>
    public DeviceKey? Load() => Read(Path) is not { } document ? null
        : Guid.TryParseExact(document.KeyId, "D", out _) && document.ToPair() is { } pair
            ? new DeviceKey(server, document.KeyId!, document.UserId, pair, document.Registered)
            : throw NotAKey(Path);

    /// <summary>A pair of an attempt whose end was never seen, if it was made for this user.</summary>
    public SigningKey? LoadNext(string? userId) => Read(next) is { } document && document.UserId == userId ? document.ToPair() : null;

    /// <summary>Keeps a pair before the server is told of it.</summary>
    public void SaveNext(SigningKey pair, string? userId) => Write(next, pair, null, userId, null);

    /// <summary>The server has accepted a pair: it is the key from now on.</summary>
    public DeviceKey Save(SigningKey pair, string? userId, CreatedKey registered)
    {
        Write(Path, pair, registered.KeyId, userId, registered);
        ForgetNext();
        return new DeviceKey(server, registered.KeyId, userId, pair, registered);
    }

    public void ForgetNext()
    {
        if (File.Exists(next))
            File.Delete(next);
    }

    public void Forget()
    {
        if (File.Exists(Path))
            File.Delete(Path);
        ForgetNext();
    }

    /// <summary>Keeps other aicli processes from making or replacing this key meanwhile.</summary>
    public Task<IDisposable> LockAsync(Patience patience, TimeProvider clock, CancellationToken cancellationToken) =>
        PrivateFiles.LockAsync(
            Path + ".lock",
            fault => new CliFailure(
                ExitCode.Failed, $"The key in {Path} cannot be changed now, perhaps another aicli is at it; try again. ({fault.Message})"),
            patience, clock, cancellationToken);

    private DeviceKeyDocument? Read(string path)
    {
        using var file = PrivateFiles.Open(path, owned: true, wrong => CliFailure.Usage(
            $"{path} {wrong}, so the key in it may be known to others. Delete it, sign in again, and revoke the old key with "
            + "'aicli keys revoke'; or if nobody could have read it: chmod 600."));
        if (file is null)
            return null;
        try
        {
            return file.Length <= LargestFile && JsonSerializer.Deserialize(file, CliJson.Default.DeviceKeyDocument) is { } document
                && ServerAddress.TryParse(document.Server, out var meant) && meant == server ? document : throw NotAKey(path);
        }
        catch (JsonException)
        {
            // Its words could quote the file.
            throw NotAKey(path);
        }
    }

    private void Write(string path, SigningKey pair, string? id, string? userId, CreatedKey? registered)
    {
        var secret = pair.ToPkcs8();
        try
        {
            var document = new DeviceKeyDocument
            {
                Server = server.ToString(), KeyId = id, UserId = userId, Algorithm = pair.Algorithm.ToString(), PrivateKey = secret,
                Registered = registered,
            };
            PrivateFiles.Replace(path, file => JsonSerializer.Serialize(file, document, CliJson.Default.DeviceKeyDocument));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    // An address has characters that no file name may have.
    private static string PathOf(string folder, ServerAddress server, string ending) => System.IO.Path.Combine(
        folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(server.ToString())))[..32] + ending);

    private static CliFailure NotAKey(string path) => CliFailure.Usage(
        $"{path} does not hold a key of this server that this aicli understands. Delete it and sign in again: aicli login");
}
