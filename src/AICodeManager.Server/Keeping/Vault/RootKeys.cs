using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// What every key at rest descends from: <c>database.encryption.key</c> and the keys that it replaced. Each purpose has
/// keys of its own (HKDF-SHA256, RFC 5869), so that one that leaks opens nothing else.
/// </summary>
public sealed class RootKeys
{
    private const int KeyBytes = 32;

    private readonly IReadOnlyList<Secret> secrets;

    public RootKeys(Settings settings)
        : this(settings.Database.Encryption.Key, [.. settings.Database.Encryption.PreviousKeys])
    {
    }

    internal RootKeys(Secret current, params IReadOnlyList<Secret> previous)
    {
        secrets = [current, .. previous];
        Fingerprint = FingerprintOf(current);
    }

    /// <summary>Names the current key without telling anything of it: 16 hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>The 32 bytes that serve one purpose under the current key.</summary>
    /// <param name="purpose">A constant of the code, with its version, such as <c>backup v1</c>.</param>
    public byte[] Derive(string purpose) => Derive(secrets[0], purpose);

    /// <summary>The same under every configured key, the current one first, each with its fingerprint.</summary>
    public IEnumerable<(string Fingerprint, byte[] Key)> DeriveAll(string purpose) =>
        secrets.Select(secret => (FingerprintOf(secret), Derive(secret, purpose)));

    private static byte[] Derive(Secret secret, string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret.Reveal()), KeyBytes, info: Encoding.UTF8.GetBytes($"aicli {purpose}"));

    private static string FingerprintOf(Secret secret) => Convert.ToHexStringLower(Derive(secret, "key fingerprint v1").AsSpan(0, 8));
}
