using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>What takes a key out of use, for good or until its owner says so.</summary>
public sealed partial class ClientKeyStore
{
    /// <summary>Revokes one key for good.</summary>
    /// <param name="reason">A word of <see cref="RevokedReason"/>, or an administrator's own.</param>
    public Task<KeyChange> RevokeAsync(Guid userId, Guid keyId, string reason, RequestOrigin origin, CancellationToken cancel) =>
        ChangeAsync(userId, keyId, async (t, key) =>
        {
            if (key.RevokedAt is not null)
            {
                return KeyChange.Already;
            }

            await RevokeAsync(t, userId, key.Id, reason, origin);
            return KeyChange.Done;
        }, cancel);

    /// <summary>Revokes every key of a user but one; how many.</summary>
    public async Task<int> RevokeAllAsync(Guid userId, Guid? except, string reason, RequestOrigin origin, CancellationToken cancel) =>
        (await standings.ChangeAsync(userId, endSessions: false, async t =>
        {
            // In the order in which uses are noted, or one of the two could be given up as a deadlock.
            var ids = await t.QueryAsync<Guid>(
                "SELECT id FROM client_keys WHERE user_id = @userId AND revoked_at IS NULL AND (@Except IS NULL OR id <> @Except) ORDER BY id",
                new { userId, Except = except?.ToString("D") });
            foreach (var id in ids)
            {
                await RevokeAsync(t, userId, id, reason, origin);
            }

            return ids.Count;
        }, cancel))?.Result ?? 0;

    /// <summary>Deprecates a key now: its owner has the grace to rotate it.</summary>
    public Task<KeyChange> ForceRotationAsync(Guid userId, Guid keyId, RequestOrigin origin, CancellationToken cancel) =>
        ChangeAsync(userId, keyId, async (t, key) =>
        {
            var now = time.GetUtcNow();
            if (key.RevokedAt is not null || now >= key.EndsAt(settings.ClientKeys))
            {
                return KeyChange.Unusable;
            }

            if (key.DeprecatedAt is not null)
            {
                return KeyChange.Already;
            }

            var until = now + settings.ClientKeys.Grace;
            await t.ExecuteAsync($"UPDATE client_keys SET {Deprecate} WHERE id = @Id", new { now, Until = until, key.Id });
            await audit.RecordAsync(t, origin, new AuditEvent("key_rotation_forced")
            {
                Details = new Dictionary<string, object?> { ["user"] = key.UserId, ["until"] = until },
            }.On("key", key.Id));
            return KeyChange.Done;
        }, cancel);

    /// <summary>Suspends a key on evidence that its private key is in other hands.</summary>
    /// <param name="reason">A word of <see cref="SuspendedReason"/>.</param>
    public Task<KeyChange> SuspendAsync(Guid userId, Guid keyId, string reason, RequestOrigin origin, CancellationToken cancel) =>
        ChangeAsync(userId, keyId, async (t, key) =>
        {
            if (key.SuspendedAt is not null || key.RevokedAt is not null)
            {
                return KeyChange.Already;
            }

            await t.ExecuteAsync(
                "UPDATE client_keys SET suspended_at = @Now, suspended_reason = @reason WHERE id = @Id",
                new { Now = time.GetUtcNow(), reason, key.Id });
            await audit.RecordAsync(t, origin, new AuditEvent("key_suspended")
            {
                Outcome = AuditOutcome.Refused, Reason = reason, Details = Of(userId),
            }.On("key", key.Id));
            return KeyChange.Done;
        }, cancel);

    /// <summary>Lifts a suspension. What is revoked or past its grace stays so.</summary>
    public Task<KeyChange> ResumeAsync(Guid userId, Guid keyId, RequestOrigin origin, CancellationToken cancel) =>
        ChangeAsync(userId, keyId, async (t, key) =>
        {
            if (key.RevokedAt is not null || time.GetUtcNow() >= key.EndsAt(settings.ClientKeys))
            {
                return KeyChange.Unusable;
            }

            if (key.SuspendedAt is null)
            {
                return KeyChange.Already;
            }

            await t.ExecuteAsync("UPDATE client_keys SET suspended_at = NULL, suspended_reason = NULL WHERE id = @Id", new { key.Id });
            await audit.RecordAsync(t, origin, new AuditEvent("key_resumed") { Reason = key.SuspendedReason, Details = Of(userId) }.On("key", key.Id));
            return KeyChange.Done;
        }, cancel);

    private async Task<KeyChange> ChangeAsync(
        Guid userId, Guid keyId, Func<Transaction, ClientKeyRow, Task<KeyChange>> change, CancellationToken cancel) =>
        (await standings.ChangeAsync(
            userId, endSessions: false,
            async t => await FindAsync(t, userId, keyId) is { } found ? await change(t, found.ToRow()) : KeyChange.NotFound,
            cancel))?.Result ?? KeyChange.NotFound;

    private async Task RevokeAsync(Transaction t, Guid userId, Guid keyId, string reason, RequestOrigin origin)
    {
        await t.ExecuteAsync(
            "UPDATE client_keys SET revoked_at = @Now, revoked_reason = @reason WHERE id = @keyId",
            new { Now = time.GetUtcNow(), reason, keyId });
        await audit.RecordAsync(t, origin, new AuditEvent("key_revoked") { Reason = reason, Details = Of(userId) }.On("key", keyId));
    }

    // Whose key it is, whoever acted.
    private static Dictionary<string, object?> Of(Guid userId) => new() { ["user"] = userId };
}
