using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Sessions in the shared store: opened, listed, ended. All of one user's lie in that user's shard.</summary>
/// <remarks>
/// What protects comes first: an ending is in force before it is audited, and an opening that cannot be audited is undone.
/// Neither stops halfway because its client leaves: the store bounds each exchange, the audit its writing.
/// </remarks>
public sealed class SessionStore(
    ICoordination coordination, ISessionForm form, SessionMemory memory, AuditTrail audit, Settings settings, TimeProvider time)
{
    /// <summary>The set that the limit of sessions counts.</summary>
    public const string Set = "sessions";

    /// <summary>Notices: the id of a session that is over.</summary>
    public const string EndedTopic = "session-ended";

    private const string KeyPrefix = "s:";

    // Of every record that is opened; each replacement is one more.
    private const long FirstVersion = 1;

    private static readonly TimeSpan TombstoneFor = TimeSpan.FromDays(1);

    public static string KeyOf(Guid sessionId) => $"{KeyPrefix}{sessionId:N}";

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
            Data = form.Write(session, FirstVersion),
            EndsAt = time.GetUtcNow() + absolute,
            Idle = idle,
            Limit = settings.Session.Security.MaxConcurrentSessions,
            EvictedReason = SessionEnd.Limit,
            TombstoneFor = TombstoneFor,
        };
        cancel.ThrowIfCancellationRequested();
        await coordination.ExchangeAsync([open], CancellationToken.None);
        try
        {
            await TellAsync(session.UserId, open.Evicted, SessionEnd.Limit, origin, signedIn);
        }
        catch
        {
            await EndQuietlyAsync(session.UserId, session.Id);
            throw;
        }

        return (open.EndsAt, [.. open.Evicted.Select(r => form.Read(session.UserId, r)).OfType<Session>()]);
    }

    /// <summary>Reads a record without sliding its idle time; null when it is gone, a tombstone when it was ended.</summary>
    public async Task<StoredRecord?> ReadAsync(Guid userId, Guid sessionId, CancellationToken cancel)
    {
        var read = new ReadRecord(StandingStore.ShardOf(userId), KeyOf(sessionId));
        await coordination.ExchangeAsync([read], cancel);
        return read.Answer;
    }

    /// <summary>The session that a record holds; null where it holds none of this user that can be read.</summary>
    public Session? Open(Guid userId, StoredRecord record) => form.Read(userId, record);

    /// <summary>Puts a changed session in place; false when somebody else has changed or ended it meanwhile.</summary>
    /// <param name="version">The version that was read.</param>
    /// <param name="extend">Gives it its whole lifetime anew, as a refresh does.</param>
    public async Task<bool> ReplaceAsync(Session session, long version, bool extend, CancellationToken cancel)
    {
        var replace = new ReplaceRecord(StandingStore.ShardOf(session.UserId), KeyOf(session.Id))
        {
            ExpectedVersion = version,
            Data = form.Write(session, version + 1),
            EndsAt = extend ? time.GetUtcNow() + Lifetime(session.Kind).Absolute : null,
        };
        // A refresh counts as a use: a new end is worth nothing where the idle time runs out before it.
        Question[] questions = extend ? [replace, new TouchRecord(replace.Shard, replace.Key)] : [replace];
        await coordination.ExchangeAsync(questions, cancel);
        memory.Of(session.UserId, session.Id).Outdate(version + 1);
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
    public async Task<bool> EndAsync(Guid userId, Guid sessionId, string reason, RequestOrigin origin)
    {
        var end = new EndRecord(StandingStore.ShardOf(userId), KeyOf(sessionId)) { Reason = reason, TombstoneFor = TombstoneFor };
        try
        {
            await coordination.ExchangeAsync([end], CancellationToken.None);
        }
        finally
        {
            // Without an answer too: it may have ended.
            memory.Of(userId, sessionId).Outdate();
        }

        if (end.Ended is null)
        {
            return false;
        }

        await TellAsync(userId, [end.Ended], reason, origin);
        return true;
    }

    /// <summary>Ends every session of a user but one; how many.</summary>
    public async Task<int> EndAllAsync(Guid userId, Guid? exceptSession, string reason, RequestOrigin origin)
    {
        var end = new EndSet(StandingStore.ShardOf(userId), Set)
        {
            ExceptKey = exceptSession is { } kept ? KeyOf(kept) : null, Reason = reason, TombstoneFor = TombstoneFor,
        };
        try
        {
            await coordination.ExchangeAsync([end], CancellationToken.None);
        }
        finally
        {
            memory.Outdate(userId, exceptSession);
        }

        await TellAsync(userId, end.Ended, reason, origin);
        return end.Ended.Count;
    }

    /// <summary>Kills one access token before its time; its session goes on.</summary>
    public async Task RevokeTokenAsync(AccessToken token, RequestOrigin origin)
    {
        try
        {
            await coordination.ExchangeAsync(
                [new SetMark(StandingStore.ShardOf(token.UserId), RevokedKey(token.TokenId)) { Until = token.ExpiresAt }], CancellationToken.None);
        }
        finally
        {
            memory.Of(token.UserId, token.SessionId).Outdate();
        }

        await audit.RecordDoneAsync(origin, new AuditEvent("token_revoked").On("session", token.SessionId));
    }

    /// <summary>Name of the mark that a revoked access token has.</summary>
    public static string RevokedKey(Guid tokenId) => $"jti:{tokenId:N}";

    // All of it in one transaction, and the notices before it: one that fails costs no other.
    private async Task TellAsync(
        Guid userId, IReadOnlyList<StoredRecord> ended, string reason, RequestOrigin origin, params IReadOnlyList<AuditEvent> before)
    {
        Guid[] ids = [.. ended.Select(record => IdOf(record.Key))];
        foreach (var id in ids)
        {
            memory.Of(userId, id).Outdate();
            await NotifyAsync(id);
        }

        await audit.RecordDoneAsync(origin,
        [
            .. before,
            .. ids.Select(id => new AuditEvent("session_terminated")
            {
                ActorId = origin.Caller?.UserId ?? userId, Reason = reason,
            }.On("session", id)),
        ]);
    }

    private async Task NotifyAsync(Guid ended)
    {
        try
        {
            await coordination.PublishAsync(EndedTopic, ended.ToString("N"), CancellationToken.None);
        }
        catch (CoordinationUnavailableException)
        {
            // It has ended all the same: whoever would have heard of it asks within seconds.
        }
    }

    private static Guid IdOf(string key) => Guid.ParseExact(key.AsSpan(KeyPrefix.Length), "N");

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
