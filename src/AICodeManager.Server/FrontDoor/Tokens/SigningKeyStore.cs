using System.Security.Cryptography;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>A row of <c>signing_keys</c>.</summary>
public sealed record SigningKeyRow
{
    /// <summary>RFC 7638 thumbprint of the public key; <c>kid</c> of its tokens.</summary>
    public string Id { get; init; } = "";

    public string Algorithm { get; init; } = "";
    public string PublicJwk { get; init; } = "";

    /// <summary>PKCS#8 in base64, sealed for this row.</summary>
    public string PrivateKey { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>It is published before it signs, so that every verifier knows it by then.</summary>
    public DateTimeOffset SignsFrom { get; init; }

    /// <summary>From then on it signs no more; null while no successor is known.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>From then on it verifies no more: its last token has expired.</summary>
    public DateTimeOffset? NotAfter { get; init; }
}

/// <summary>The signing keys of all nodes, in the database, their private halves sealed.</summary>
public sealed class SigningKeyStore(Database database, FieldVault vault, AuditTrail audit, Settings settings, TimeProvider time)
{
    /// <summary>How long a planned successor is published before it signs: as long as others may keep the published keys.</summary>
    public static readonly TimeSpan PublishedBefore = TimeSpan.FromSeconds(300);

    private const int RsaBits = 2048;
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Every kept key of an algorithm, oldest first.</summary>
    public Task<IReadOnlyList<SigningKeyRow>> LoadAsync(string algorithm, CancellationToken cancel) =>
        database.ReadAsync(r => r.QueryAsync<SigningKeyRow>(
            "SELECT * FROM signing_keys WHERE algorithm = @algorithm ORDER BY created_at, id", new { algorithm }), cancel);

    /// <summary>Makes the first key of an algorithm. Of nodes that start together one makes it; the others find it made.</summary>
    public async Task EnsureAsync(string algorithm, CancellationToken cancel)
    {
        if ((await LoadAsync(algorithm, cancel)).Any(key => key.RetiredAt is null))
        {
            return;
        }

        var now = time.GetUtcNow();
        var key = NewKey(algorithm, now, now);
        await database.WriteAsync(async t =>
        {
            if (await InsertAsync(t, key))
            {
                await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("signing_key_created")
                {
                    Details = new Dictionary<string, object?> { ["algorithm"] = algorithm },
                }.On("signing_key", key.Id));
            }
        }, cancel);
    }

    /// <summary>
    /// Makes a successor. Planned, it signs after <see cref="PublishedBefore"/>, and the old key verifies until its last
    /// token has expired. Where the old key is compromised, every key is removed and the new one signs at once.
    /// </summary>
    /// <returns>The new key; null where another rotation has not come into force yet.</returns>
    public async Task<SigningKeyRow?> RotateAsync(string algorithm, bool compromised, RequestOrigin origin, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var signsFrom = compromised ? now : now + PublishedBefore;
        var next = NewKey(algorithm, now, signsFrom);
        return await database.WriteAsync(async t =>
        {
            if (compromised)
            {
                await t.ExecuteAsync("DELETE FROM signing_keys WHERE algorithm = @algorithm", new { algorithm });
            }
            else
            {
                await t.ExecuteAsync("DELETE FROM signing_keys WHERE not_after <= @now", new { now });
                await t.ExecuteAsync(
                    """
                    UPDATE signing_keys SET retired_at = @signsFrom, not_after = @notAfter
                    WHERE algorithm = @algorithm AND retired_at IS NULL AND signs_from <= @now
                    """,
                    new { algorithm, now, signsFrom, notAfter = signsFrom + settings.Jwt.Expiry + Margin });
            }

            // A key that is current still, because it does not sign yet or another node was faster, keeps this one out.
            if (!await InsertAsync(t, next))
            {
                return null;
            }

            await audit.RecordAsync(t, origin, new AuditEvent("signing_key_rotated")
            {
                Details = new Dictionary<string, object?>
                {
                    ["algorithm"] = algorithm,
                    ["compromised"] = compromised,
                    ["signs_from"] = signsFrom,
                },
            }.On("signing_key", next.Id));
            return next;
        }, cancel);
    }

    /// <summary>The private half of a key; null where it was not sealed by this server for this row.</summary>
    public string? OpenPrivateKey(SigningKeyRow row) => vault.Open(row.PrivateKey, PlaceOf(row.Id));

    private SigningKeyRow NewKey(string algorithm, DateTimeOffset now, DateTimeOffset signsFrom)
    {
        using AsymmetricAlgorithm pair = algorithm == EcdsaKey.Name ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(RsaBits);
        var jwk = pair is RSA rsa ? PublicJwk.Of(rsa, algorithm) : PublicJwk.Of((ECDsa)pair);
        var pkcs8 = pair.ExportPkcs8PrivateKey();
        var row = new SigningKeyRow
        {
            Id = jwk.Kid,
            Algorithm = algorithm,
            PublicJwk = jwk.Write(),
            PrivateKey = vault.Seal(Convert.ToBase64String(pkcs8), PlaceOf(jwk.Kid)),
            CreatedAt = now,
            SignsFrom = signsFrom,
        };
        CryptographicOperations.ZeroMemory(pkcs8);
        return row;
    }

    private static async Task<bool> InsertAsync(Transaction t, SigningKeyRow row) => await t.ExecuteAsync(
        """
        INSERT INTO signing_keys (id, algorithm, public_jwk, private_key, created_at, signs_from)
        VALUES (@Id, @Algorithm, @PublicJwk, @PrivateKey, @CreatedAt, @SignsFrom)
        ON CONFLICT DO NOTHING
        """, row) == 1;

    private static SealedPlace PlaceOf(string id) => new("signing_keys", "private_key", id);
}
