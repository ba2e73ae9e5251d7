using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>TOTP secrets, sealed, and the time steps that were spent on them.</summary>
public sealed partial class TotpStore(
    Database database, StandingStore standing, RecoveryCodeStore recovery, FieldVault vault, AuditTrail audit, TimeProvider time,
    ILogger<TotpStore> log)
{
    /// <summary>Guesses at the first code, after which enrolment begins anew.</summary>
    public const int MaxAttempts = 5;

    /// <summary>How long a secret waits for its first code.</summary>
    public static readonly TimeSpan PendingFor = TimeSpan.FromMinutes(10);

    // No step was accepted yet; steps are counted from 1970.
    private const long NoStep = -1;

    /// <summary>Keeps a secret that is not in force before <see cref="ConfirmAsync"/>, in place of another pending one.</summary>
    /// <returns>False when a secret is in force: it must be ended first.</returns>
    public Task<bool> BeginAsync(Guid userId, byte[] secret, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            var now = time.GetUtcNow();
            var version = SealedVersion.After(
                await t.ScalarAsync<long?>("SELECT sealed_version FROM totp_factors WHERE user_id = @userId", new { userId }), now);
            var begun = await t.ExecuteAsync(
                """
                INSERT INTO totp_factors (user_id, secret, sealed_version, attempts, last_step, created_at)
                VALUES (@userId, @Sealed, @version, 0, @NoStep, @now)
                ON CONFLICT (user_id) DO UPDATE SET
                    secret = excluded.secret, sealed_version = excluded.sealed_version, attempts = 0, created_at = excluded.created_at
                WHERE totp_factors.confirmed_at IS NULL
                """,
                new { userId, Sealed = vault.Seal(Convert.ToHexString(secret), PlaceOf(userId, version)), version, NoStep, now });
            if (begun > 0)
            {
                await audit.RecordAsync(t, origin, new AuditEvent("totp_started").On("user", userId));
            }

            return begun > 0;
        }, cancel);

    /// <summary>Puts the pending secret in force when the code is its own, with a set of recovery codes.</summary>
    public async Task<TotpConfirmation> ConfirmAsync(Guid userId, string code, RequestOrigin origin, CancellationToken cancel)
    {
        // The attempt is counted before the code is looked at: guesses made at once count each.
        var pending = await database.WriteAsync(
            t => t.SingleAsync<FactorRow>(
                """
                UPDATE totp_factors SET attempts = attempts + 1
                WHERE user_id = @userId AND confirmed_at IS NULL AND attempts < @MaxAttempts AND created_at > @Oldest
                RETURNING secret, sealed_version
                """,
                new { userId, MaxAttempts, Oldest = time.GetUtcNow() - PendingFor }), cancel);
        if (pending is null)
        {
            return new TotpConfirmation(TotpOutcome.NotPending);
        }

        if (SecretOf(userId, pending) is not { } secret
            || Totp.Match(secret, code, time.GetUtcNow(), NoStep) is not { } step)
        {
            return new TotpConfirmation(TotpOutcome.WrongCode);
        }

        var codes = RecoveryCodes.NewSet();
        var changed = await standing.ChangeAsync(userId, endSessions: false, async t =>
        {
            // Bound to the very secret that was checked, under whatever key it lies now: another may have been asked for meanwhile.
            if (await t.ExecuteAsync(
                "UPDATE totp_factors SET confirmed_at = @Now, last_step = @step WHERE user_id = @userId AND sealed_version = @SealedVersion AND confirmed_at IS NULL",
                new { Now = time.GetUtcNow(), step, userId, pending.SealedVersion }) == 0)
            {
                return false;
            }

            await recovery.ReplaceAsync(t, userId, codes);
            await FactorFlag.SettleAsync(t, userId);
            await audit.RecordAsync(t, origin, new AuditEvent("totp_enabled").On("user", userId));
            return true;
        }, cancel);
        return changed is { Result: true } done
            ? new TotpConfirmation(TotpOutcome.Confirmed, done.Standing, codes)
            : new TotpConfirmation(TotpOutcome.NotPending);
    }

    /// <summary>Ends the factor, pending or in force; null when there is none.</summary>
    public async Task<UserStanding?> EndAsync(Guid userId, RequestOrigin origin, CancellationToken cancel)
    {
        var changed = await standing.ChangeAsync(userId, endSessions: false, async t =>
        {
            if (await t.ExecuteAsync("DELETE FROM totp_factors WHERE user_id = @userId", new { userId }) == 0)
            {
                return false;
            }

            await FactorFlag.SettleAsync(t, userId);
            await audit.RecordAsync(t, origin, new AuditEvent("totp_disabled").On("user", userId));
            return true;
        }, cancel);
        return changed is { Result: true } done ? done.Standing : null;
    }

    public async Task<bool> IsEnabledAsync(Guid userId, CancellationToken cancel) =>
        await database.ReadAsync(r => r.ScalarAsync<long>(
            "SELECT COUNT(*) FROM totp_factors WHERE user_id = @userId AND confirmed_at IS NOT NULL", new { userId }), cancel) > 0;

    /// <summary>
    /// Accepts a code and spends its time step in one statement: of all who bring the same code, on whatever node, one
    /// is let in (RFC 6238 section 5.2).
    /// </summary>
    public async Task<bool> SpendAsync(Guid userId, string code, CancellationToken cancel)
    {
        var row = await database.ReadAsync(r => r.SingleAsync<FactorRow>(
            "SELECT secret, sealed_version, last_step FROM totp_factors WHERE user_id = @userId AND confirmed_at IS NOT NULL", new { userId }), cancel);
        if (row is null
            || SecretOf(userId, row) is not { } secret
            || Totp.Match(secret, code, time.GetUtcNow(), row.LastStep) is not { } step)
        {
            return false;
        }

        return await database.WriteAsync(
            t => t.ExecuteAsync(
                """
                UPDATE totp_factors SET last_step = @step
                WHERE user_id = @userId AND sealed_version = @SealedVersion AND confirmed_at IS NOT NULL AND last_step < @step
                """,
                new { step, userId, row.SealedVersion }), cancel) == 1;
    }

    private static SealedPlace PlaceOf(Guid userId, long version) => new("totp_factors", "secret", userId.ToString("D"), version);

    // A secret that does not open matches no code. Recovery codes go on working.
    private byte[]? SecretOf(Guid userId, FactorRow row)
    {
        if (vault.Open(row.Secret, PlaceOf(userId, row.SealedVersion)) is { } plain)
        {
            return Convert.FromHexString(plain);
        }

        LogUnreadable(log, userId);
        return null;
    }

    [LoggerMessage(LogLevel.Error, "The TOTP secret of user {userId} does not open: it was altered, or an older one put back")]
    private static partial void LogUnreadable(ILogger logger, Guid userId);

    private sealed record FactorRow
    {
        public string Secret { get; init; } = "";
        public long SealedVersion { get; init; }
        public long LastStep { get; init; }
    }
}
