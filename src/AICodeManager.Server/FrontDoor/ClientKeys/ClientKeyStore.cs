using System.Data.Common;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>
/// Devices' keys in the database. Every change is a fenced change of its user's standing: the next request of that user,
/// on whatever node, finds another version than the one it remembers keys by.
/// </summary>
public sealed partial class ClientKeyStore(
    Database database, StandingStore standings, AuditTrail audit, Settings settings, TimeProvider time)
{
    // Replaced keys in their grace come on top of those in use: a key that signs may not fill the table by rotating.
    private const int ReplacedPerKey = 2;

    /// <summary>A user's keys, newest first, also those that are good for nothing any more.</summary>
    /// <param name="userId">Null for everybody's.</param>
    public Task<(long Total, IReadOnlyList<(ClientKeyRow Key, long UserEpoch)> Rows)> ListAsync(
        Guid? userId, PageRequest page, CancellationToken cancel)
    {
        var filter = new { User = userId?.ToString("D"), page.After, Take = page.Limit + 1 };
        return database.ReadAsync<(long, IReadOnlyList<(ClientKeyRow, long)>)>(async r =>
        {
            var total = await r.ScalarAsync<long>("SELECT COUNT(*) FROM client_keys WHERE (@User IS NULL OR user_id = @User)", filter);
            var rows = await r.QueryAsync<StoredClientKey>(
                $"{StoredClientKey.Select} WHERE (@User IS NULL OR k.user_id = @User) AND (@After IS NULL OR k.id < @After) ORDER BY k.id DESC LIMIT @Take",
                filter);
            return (total, [.. rows.Select(row => (row.ToRow(), row.UserEpoch))]);
        }, cancel);
    }

    /// <summary>A key with the version of its user's standing as of which it is true; null when there is none.</summary>
    public Task<ClientKeyReading?> FindAsync(Guid keyId, CancellationToken cancel) =>
        database.ReadAsync(async r =>
            await r.SingleAsync<StoredClientKey>($"{StoredClientKey.Select} WHERE k.id = @keyId", new { keyId }) is { } found
                ? new ClientKeyReading(found.ToRow(), found.UserVersion)
                : null, cancel);

    /// <summary>A key with its user's epoch, which its state depends on; null when there is none.</summary>
    public Task<(ClientKeyRow Key, long UserEpoch)?> ReadAsync(Guid keyId, CancellationToken cancel) =>
        database.ReadAsync<(ClientKeyRow, long)?>(async r =>
            await r.SingleAsync<StoredClientKey>($"{StoredClientKey.Select} WHERE k.id = @keyId", new { keyId }) is { } found
                ? (found.ToRow(), found.UserEpoch)
                : null, cancel);

    /// <summary>Adds a key. Null beside anything but <see cref="KeyChange.Done"/>: exists, too many, or no such user.</summary>
    public Task<(KeyChange Change, ClientKeyRow? Key)> AddAsync(Guid userId, NewKey added, RequestOrigin origin, CancellationToken cancel) =>
        AddAsync(userId, added, origin, _ => Task.FromResult(KeyChange.Done), cancel);

    /// <summary>Puts a new key in a key's place: the old one goes on for its grace, or for what is left of an earlier one.</summary>
    public Task<(KeyChange Change, ClientKeyRow? Key)> RotateAsync(
        ClientKeyRow old, NewKey next, RequestOrigin origin, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return AddAsync(old.UserId, next, origin, async t =>
        {
            // The user's row is held: nobody else changes this key now.
            if (await FindAsync(t, old.UserId, old.Id) is not { } found)
            {
                return KeyChange.NotFound;
            }

            var key = found.ToRow();
            return key.SuccessorId is not null ? KeyChange.Superseded
                : key.StateAt(now, found.UserEpoch, settings.ClientKeys).MaySign() ? KeyChange.Done
                : KeyChange.Unusable;
        }, cancel, async (t, key) =>
        {
            await t.ExecuteAsync(
                $"UPDATE client_keys SET {Deprecate}, successor_id = @Successor WHERE id = @Id",
                new { now, Until = now + settings.ClientKeys.Grace, Successor = key.Id, old.Id });
            await audit.RecordAsync(t, origin, new AuditEvent("key_rotated")
            {
                Details = new Dictionary<string, object?> { ["successor"] = key.Id },
            }.On("key", old.Id));
        });
    }

    /// <summary>Notes when keys were used last. It is for people only, and so no change of anybody's standing.</summary>
    public Task TouchAsync(IReadOnlyCollection<KeyValuePair<Guid, DateTimeOffset>> uses, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            // In one order on every node, so that two of them do not wait for each other.
            foreach (var (id, at) in uses.OrderBy(use => use.Key))
            {
                await t.ExecuteAsync(
                    "UPDATE client_keys SET last_used_at = @at WHERE id = @id AND (last_used_at IS NULL OR last_used_at < @at)", new { id, at });
            }
        }, cancel);

    // An earlier end stays: being forced to rotate is no reason to get more time.
    private const string Deprecate = """
        deprecated_at = COALESCE(deprecated_at, @now),
        revoke_at = CASE WHEN revoke_at IS NOT NULL AND revoke_at < @Until THEN revoke_at ELSE @Until END
        """;

    private async Task<(KeyChange Change, ClientKeyRow? Key)> AddAsync(
        Guid userId, NewKey added, RequestOrigin origin, Func<Transaction, Task<KeyChange>> judge, CancellationToken cancel,
        Func<Transaction, ClientKeyRow, Task>? then = null)
    {
        var key = RowOf(userId, added);
        try
        {
            var changed = await standings.ChangeAsync(userId, endSessions: false, async t =>
            {
                var judged = await judge(t);
                judged = judged == KeyChange.Done ? await JudgeRoomAsync(t, userId, added, rotation: then is not null) : judged;
                if (judged != KeyChange.Done)
                {
                    return judged;
                }

                await StoredClientKey.AddAsync(t, key);
                await audit.RecordAsync(t, origin, new AuditEvent("key_created")
                {
                    ActorId = userId,
                    Details = new Dictionary<string, object?>
                    {
                        ["name"] = key.Name, ["algorithm"] = key.Algorithm.ToString(), ["custody"] = key.Custody.Word(), ["method"] = added.Method,
                    },
                }.On("key", key.Id));
                if (then is not null)
                {
                    await then(t, key);
                }

                return judged;
            }, cancel);
            return changed is not { Result: var result, Standing: var standing } ? (KeyChange.NotFound, null)
                : result == KeyChange.Done ? (result, key with { Epoch = standing.Epoch })
                : (result, null);
        }
        catch (DbException fault) when (BrokenRule.IsUnique(fault))
        {
            // Another user brought the same key at the same moment.
            return (KeyChange.Exists, null);
        }
    }

    private async Task<KeyChange> JudgeRoomAsync(Transaction t, Guid userId, NewKey added, bool rotation)
    {
        if (await t.ScalarAsync<long>("SELECT COUNT(*) FROM client_keys WHERE thumbprint = @Thumbprint", new { added.Thumbprint }) > 0)
        {
            return KeyChange.Exists;
        }

        var now = time.GetUtcNow();
        var living = await t.SingleAsync<Living>(
            """
            SELECT COUNT(*) AS total, COALESCE(SUM(CASE WHEN successor_id IS NULL THEN 1 ELSE 0 END), 0) AS in_use
            FROM client_keys
            WHERE user_id = @userId AND revoked_at IS NULL AND (revoke_at IS NULL OR revoke_at > @now) AND expires_at > @Oldest
            """,
            new { userId, now, Oldest = now - settings.ClientKeys.Grace });
        var most = settings.ClientKeys.MaxPerUser;
        return (rotation || living!.InUse < most) && living!.Total < most * (1 + ReplacedPerKey) ? KeyChange.Done : KeyChange.TooMany;
    }

    private ClientKeyRow RowOf(Guid userId, NewKey added)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        return new()
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            PublicKey = added.PublicKey,
            Thumbprint = added.Thumbprint,
            Algorithm = added.Algorithm,
            Custody = added.Custody,
            Name = added.Name,
            UserAgent = added.UserAgent,
            CreatedAddress = added.Address,
            CreatedAt = now,
            ExpiresAt = now + settings.ClientKeys.RotationAfter,
        };
    }

    private static Task<StoredClientKey?> FindAsync(Reader r, Guid userId, Guid keyId) =>
        r.SingleAsync<StoredClientKey>($"{StoredClientKey.Select} WHERE k.id = @keyId AND k.user_id = @userId", new { keyId, userId });

    private sealed record Living
    {
        public long Total { get; init; }
        public long InUse { get; init; }
    }
}
