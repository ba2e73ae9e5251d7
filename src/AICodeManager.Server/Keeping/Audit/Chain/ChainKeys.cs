using System.Security.Cryptography;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// The keys that links and marks are made with: one of each root key, the current one for writing, all for checking. Whoever
/// can write to the database but does not have the root key can make no link.
/// </summary>
public sealed class ChainKeys
{
    private readonly Dictionary<string, byte[]> keys;

    public ChainKeys(RootKeys roots)
    {
        Current = roots.Fingerprint;
        keys = roots.DeriveAll("audit chain v1").DistinctBy(one => one.Fingerprint).ToDictionary(one => one.Fingerprint, one => one.Key);
    }

    /// <summary>Fingerprint of the root key that new chains are made under.</summary>
    public string Current { get; }

    /// <summary>Whether a chain made under this root key can be checked here.</summary>
    public bool Has(string root) => keys.ContainsKey(root);

    /// <summary>32 bytes over <paramref name="content"/>, in which the caller has named the purpose.</summary>
    public byte[] Mac(string root, ReadOnlySpan<byte> content) => HMACSHA256.HashData(keys[root], content);

    /// <summary>In constant time.</summary>
    public bool IsMac(string root, ReadOnlySpan<byte> content, ReadOnlySpan<byte> mac) =>
        Has(root) && CryptographicOperations.FixedTimeEquals(Mac(root, content), mac);
}
