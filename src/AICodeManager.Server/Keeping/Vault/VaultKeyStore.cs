using System.Security.Cryptography;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>The table of data keys. Rows are added and re-wrapped, never removed.</summary>
public sealed class VaultKeyStore(Database database, VaultKeys keys, AuditTrail audit, TimeProvider time)
{
    internal const string All = "SELECT * FROM vault_keys ORDER BY number";

    public Task<IReadOnlyList<VaultKeyRow>> ListAsync(CancellationToken cancel) =>
        database.ReadAsync(r => r.QueryAsync<VaultKeyRow>(All), cancel);

    /// <summary>Makes the key that follows another, and seals with it from now on. Of processes that do so at once one makes it.</summary>
    internal async Task AddAsync(long after, CancellationToken cancel)
    {
        var next = after + 1;
        await database.WriteAsync(async t =>
        {
            var material = RandomNumberGenerator.GetBytes(DataKey.Bytes);
            var made = await t.ExecuteAsync(
                """
                INSERT INTO vault_keys (number, wrapped, root, sealings, created_at)
                VALUES (@next, @Wrapped, @Root, 0, @Now) ON CONFLICT DO NOTHING
                """,
                new { next, Wrapped = keys.Wrap(next, material), keys.Root, Now = time.GetUtcNow() });
            CryptographicOperations.ZeroMemory(material);
            if (made > 0)
            {
                await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("vault_key_created")
                {
                    Details = new Dictionary<string, object?> { ["root"] = keys.Root },
                }.On("vault_key", next));
            }
        }, cancel);
        keys.Take(await ListAsync(cancel));
    }

    /// <summary>Notes that fields of the first form are there.</summary>
    /// <param name="root">Fingerprint of the configured key that opens them.</param>
    internal Task MarkFirstFormAsync(string root, CancellationToken cancel) =>
        database.WriteAsync(t => t.ExecuteAsync(
            "INSERT INTO vault_keys (number, wrapped, root, sealings, created_at) VALUES (0, '', @root, 0, @Now) ON CONFLICT DO NOTHING",
            new { root, Now = time.GetUtcNow() }), cancel);

    /// <summary>Wraps a key, which a previous configured key opens, under the present one.</summary>
    internal Task RewrapAsync(VaultKeyRow row, byte[] material, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            if (await t.ExecuteAsync(
                "UPDATE vault_keys SET wrapped = @Wrapped, root = @Root WHERE number = @Number AND wrapped = @Before",
                new { Wrapped = keys.Wrap(row.Number, material), keys.Root, row.Number, Before = row.Wrapped }) > 0)
            {
                await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("vault_key_rewrapped")
                {
                    Details = new Dictionary<string, object?> { ["from"] = row.Root, ["root"] = keys.Root },
                }.On("vault_key", row.Number));
            }
        }, cancel);

    /// <summary>Adds what this process has sealed with a key to the table.</summary>
    internal async Task CountAsync(DataKey key, CancellationToken cancel)
    {
        if (key.TakeUncounted() is not (> 0 and var sealings))
        {
            return;
        }

        try
        {
            key.Counted(await database.WriteAsync(
                t => t.ScalarAsync<long>(
                    "UPDATE vault_keys SET sealings = sealings + @sealings WHERE number = @Number RETURNING sealings",
                    new { sealings, key.Number }), cancel));
        }
        catch
        {
            key.PutBack(sealings);
            throw;
        }
    }
}
