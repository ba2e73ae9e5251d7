using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Sessions in the shared store: opened, listed, ended. All of one user's lie in that user's shard.</summary>
/// <remarks>What protects comes first: an ending is in force before it is audited, and an opening that cannot be audited is undone.</remarks>
public sealed class SessionStore(ICoordination coordination, AuditTrail audit, Settings settings, TimeProvider time)
{
    /// <summary>The set that the limit of sessions counts.</summary>
    public const string Set = "sessions";

    /// <summary>Notices: the id of a session that is over.</summary>
    public const string EndedTopic = "session-ended";

    private static readonly TimeSpan TombstoneFor = TimeSpan.FromDays(1);

    public static string KeyOf(Guid sessionId) => $"s:{sessionId:N}";

    /// <summary>How long a session of a kind lives: absolute, and without a request.</summary>
    public (TimeSpan Absolute, TimeSpan Idle) Lifetime(SessionKind kind) => kind == SessionKind.Browser
        ? (settings.Session.Security.SessionTimeout, settings.Session.Security.IdleTimeout)
        : (settings.Jwt.RefreshExpiry, settings.Jwt.RefreshExpiry);

    /// <summary>Opens a session; the oldest ones make room for it in the same step.</summary>
    /// <param name="signedIn">The event that tells of the sign-in; written before this returns.</param>
    /// <returns>When it ends, and those that had to go.</returns>
    public async Task<(DateTimeOffset EndsAt, IReadOnlyList<Session> Evicted)> OpenAsync(
        Session session, RequestOrigin origin, AuditEvent signedIn, CancellationToken cancel)
    {
        var (absolute, idle) = Lifetime(session.Kind);
        var open = new OpenRecord(StandingStore.ShardOf(session.UserId), KeyOf(session.Id))
        {
            Set = Set,
            Data = session.ToText(),
            EndsAt = time.GetUtcNow() + absolute,
            Idle = idle,
            Limit = settings.Session.Security.MaxConcurrentSessions,
            EvictedReason = SessionEnd.Limit,
            TombstoneFor = TombstoneFor,
        };
        await coordination.ExchangeAsync([open], cancel);
        try
        {
            await audit.RecordAsync(origin, signedIn, cancel);
        }
        catch
        {
            await EndQuietlyAsync(session.UserId, session.Id);
            throw;
        }

        Session[] evicted = [.. open.Evicted.Select(r => Session.FromText(r.Data))];
        await ToldAsync(evicted, SessionEnd.Limit, origin, cancel);
        return (open.EndsAt, evicted);
    }

    /// <summary>Reads a record without sliding its idle time; null when it is gone, a tombstone when it was ended.</summary>
    public async Task<StoredRecord?> ReadAsync(Guid userId, Guid sessionId, CancellationToken cancel)
    {
        var read = new ReadRecord(StandingStore.ShardOf(userId), KeyOf(sessionId));
        await coordination.ExchangeAsync([read], cancel);
        return read.Answer;
    }

    /// <summary>Puts a changed session in place; false when somebody else has changed or ended it meanwhile.</summary>
    /// <param name="version">The version that was read.</param>
    /// <param name="extend">Gives it its whole lifetime anew, as a refresh does.</param>
    public async Task<bool> ReplaceAsync(Session session, long version, bool extend, CancellationToken cancel)
    {
        var replace = new ReplaceRecord(StandingStore.ShardOf(session.UserId), KeyOf(session.Id))
        {
            ExpectedVersion = version,
            Data = session.ToText(),
            EndsAt = extend ? time.GetUtcNow() + Lifetime(session.Kind).Absolute : null,
        };
        await coordination.ExchangeAsync([replace], cancel);
        return replace.Done;
    }

    /// <summary>Live sessions of a user, oldest first.</summary>
    public async Task<IReadOnlyList<StoredRecord>> ListAsync(Guid userId, CancellationToken cancel)
    {
        var list = new ListSet(StandingStore.ShardOf(userId), Set);
        await coordination.ExchangeAsync([list], cancel);
        return list.Answer;
    }

    /// <summary>Ends one session; false when there was none.</summary>
    public async Task<bool> EndAsync(Guid userId, Guid sessionId, string reason, RequestOrigin origin, CancellationToken cancel)
    {
        var end = new EndRecord(StandingStore.ShardOf(userId), KeyOf(sessionId)) { Reason = reason, TombstoneFor = TombstoneFor };
        await coordination.ExchangeAsync([end], cancel);
        if (end.Ended is null)
        {
            return false;
        }

        await ToldAsync([Session.FromText(end.Ended.Data)], reason, origin, cancel);
        return true;
    }

    /// <summary>Ends every session of a user but one; how many.</summary>
    public async Task<int> EndAllAsync(
        Guid userId, Guid? exceptSession, string reason, RequestOrigin origin, CancellationToken cancel)
    {
        var end = new EndSet(StandingStore.ShardOf(userId), Set)
        {
            ExceptKey = exceptSession is { } kept ? KeyOf(kept) : null, Reason = reason, TombstoneFor = TombstoneFor,
        };
        await coordination.ExchangeAsync([end], cancel);
        await ToldAsync([.. end.Ended.Select(r => Session.FromText(r.Data))], reason, origin, cancel);
        return end.Ended.Count;
    }

    /// <summary>Kills one access token before its time; its session goes on.</summary>
    public Task RevokeTokenAsync(Guid userId, Guid tokenId, DateTimeOffset expiresAt, CancellationToken cancel) =>
        coordination.ExchangeAsync(
            [new SetMark(StandingStore.ShardOf(userId), RevokedKey(tokenId)) { Until = expiresAt }], cancel).AsTask();

    /// <summary>Name of the mark that a revoked access token has.</summary>
    public static string RevokedKey(Guid tokenId) => $"jti:{tokenId:N}";

    private async Task ToldAsync(IReadOnlyList<Session> ended, string reason, RequestOrigin origin, CancellationToken cancel)
    {
        foreach (var session in ended)
        {
            await audit.RecordAsync(origin, new AuditEvent("session_terminated")
            {
                ActorId = origin.Caller?.UserId ?? session.UserId, Reason = reason,
            }.On("session", session.Id), cancel);
            await coordination.PublishAsync(EndedTopic, session.Id.ToString("N"), cancel);
        }
    }

    private async Task EndQuietlyAsync(Guid userId, Guid sessionId)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            await coordination.ExchangeAsync(
                [new EndRecord(StandingStore.ShardOf(userId), KeyOf(sessionId)) { Reason = SessionEnd.Ended, TombstoneFor = TimeSpan.Zero }],
                patience.Token);
        }
        catch (Exception)
        {
            // Nobody was given its secret: it cannot be used, and idles out.
        }
    }
}
