using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// The keys of checkpoints in the table <c>audit_keys</c>: the private half sealed by the vault, the public half bound by a MAC,
/// so that a key of somebody else's cannot be slipped in.
/// </summary>
internal sealed record CheckpointKey
{
    public string Id { get; init; } = "";

    /// <summary>SubjectPublicKeyInfo, base64.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>PKCS #8, base64, sealed.</summary>
    public string PrivateKey { get; init; } = "";

    public long CreatedAt { get; init; }
    public string Root { get; init; } = "";
    public string Mac { get; init; } = "";

    /// <summary>All that there are.</summary>
    public static Task<IReadOnlyList<CheckpointKey>> LoadAsync(Database database, CancellationToken cancel) =>
        database.ReadAsync(r => r.QueryAsync<CheckpointKey>("SELECT * FROM audit_keys ORDER BY created_at DESC, id"), cancel);

    /// <summary>A new one, and what is stored of it.</summary>
    public static (ECDsa Key, CheckpointKey Row) New(ChainKeys keys, FieldVault vault, DateTimeOffset now)
    {
        var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = made.ExportSubjectPublicKeyInfo();
        var id = Base64Url.EncodeToString(SHA256.HashData(spki));
        var secret = made.ExportPkcs8PrivateKey();
        var row = new CheckpointKey
        {
            Id = id, PublicKey = Convert.ToBase64String(spki), PrivateKey = vault.Seal(Convert.ToBase64String(secret), PlaceOf(id)),
            CreatedAt = now.ToUnixTimeMilliseconds(), Root = keys.Current,
        };
        CryptographicOperations.ZeroMemory(secret);
        return (made, row with { Mac = Base64Url.EncodeToString(keys.Mac(row.Root, row.Content().Bytes)) });
    }

    /// <summary>The public half; null where it was not this installation that stored it.</summary>
    public ECDsa? Public(ChainKeys keys)
    {
        if (StrictBase64Url.Decode(Mac) is not { } mac || !keys.IsMac(Root, Content().Bytes, mac))
        {
            return null;
        }

        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(PublicKey), out _);
        return key;
    }

    /// <summary>The private half; null where it cannot be opened any more, or is not of the public one.</summary>
    public ECDsa? Private(ChainKeys keys, FieldVault vault)
    {
        using var known = Public(keys);
        if (known is null || vault.Open(PrivateKey, PlaceOf(Id)) is not { } text)
        {
            return null;
        }

        var secret = Convert.FromBase64String(text);
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(secret, out _);
        CryptographicOperations.ZeroMemory(secret);
        if (key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(known.ExportSubjectPublicKeyInfo()))
        {
            return key;
        }

        key.Dispose();
        return null;
    }

    private static SealedPlace PlaceOf(string id) => new("audit_keys", "private_key", id);

    private Canonical Content() => new Canonical("aicli audit key v1").Add(Id).Add(PublicKey).Add(CreatedAt);
}
