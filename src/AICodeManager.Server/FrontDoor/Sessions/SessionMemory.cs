using System.Collections.Concurrent;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>What an exchange told of a session, read into objects once.</summary>
public sealed class Admitted(StoredRecord record, string? fact, Session session, UserStanding user)
{
    public StoredRecord Record { get; } = record;
    public string? Fact { get; } = fact;
    public Session Session { get; } = session;
    public UserStanding User { get; } = user;
    public Caller Caller { get; } = new(user.Id, user.Email, user.Role, session.Id);
    public CurrentSession Current { get; } = new(session, record.Version, record.EndsAt, record.SeenAt, user);
}

/// <summary>What this process knows of one session: its names in the store, and the last answer.</summary>
public sealed class KnownSession(Guid userId, Guid sessionId)
{
    private volatile Trace? last;
    private volatile Tuple<Guid, string>? token;
    private long leastVersion;

    public string Shard { get; } = StandingStore.ShardOf(userId);

    public string Key { get; } = SessionStore.KeyOf(sessionId);

    /// <summary>What the last answer said; null before the first.</summary>
    public Admitted? Last => last?.Admitted;

    public string RevokedKeyOf(Guid tokenId)
    {
        if (token is { } known && known.Item1 == tokenId)
        {
            return known.Item2;
        }

        var made = Tuple.Create(tokenId, SessionStore.RevokedKey(tokenId));
        token = made;
        return made.Item2;
    }

    /// <summary>The objects of the last answer when this one says the same, so that nothing is read twice.</summary>
    public Admitted? Match(StoredRecord record, string? fact)
    {
        if (Last is not { } known || fact is null || known.Fact != fact || known.Record.Version != record.Version || known.Record.Data != record.Data)
        {
            return null;
        }

        return ReferenceEquals(known.Record, record) || known.Record == record
            ? known
            : new Admitted(record, fact, known.Session, known.User);
    }

    public void Remember(Admitted admitted, Guid tokenId, long timestamp)
    {
        if (last is { } same && ReferenceEquals(same.Admitted, admitted) && same.TokenId == tokenId)
        {
            same.Timestamp = timestamp;
            return;
        }

        last = new Trace(admitted, tokenId) { Timestamp = timestamp };
    }

    /// <summary>
    /// What was remembered, and what a request under way may yet remember, is trusted no more: the session has ended or
    /// its token was revoked, or, with a version, it was replaced by that one.
    /// </summary>
    public void Outdate(long version = long.MaxValue)
    {
        var least = Interlocked.Read(ref leastVersion);
        while (version > least && Interlocked.CompareExchange(ref leastVersion, version, least) is var met && met != least)
        {
            least = met;
        }
    }

    /// <summary>The last answer for this very token, if it is young enough to be trusted.</summary>
    public Admitted? Recall(Guid tokenId, TimeProvider time) =>
        last is { } known && known.TokenId == tokenId && time.GetElapsedTime(known.Timestamp) <= SessionMemory.Trust
            && known.Admitted.Record.Version >= Interlocked.Read(ref leastVersion)
            ? known.Admitted
            : null;

    private sealed class Trace(Admitted admitted, Guid tokenId)
    {
        private long timestamp;

        public Admitted Admitted { get; } = admitted;

        public Guid TokenId { get; } = tokenId;

        /// <summary>When the store said so last, on <see cref="TimeProvider.GetTimestamp"/>'s clock.</summary>
        public long Timestamp
        {
            get => Volatile.Read(ref timestamp);
            set => Volatile.Write(ref timestamp, value);
        }
    }
}

/// <summary>
/// A bounded memory of sessions in use. It saves reading the same text again, and it is all that reading requests may
/// rest on while the store is away.
/// </summary>
public sealed class SessionMemory(CacheMetrics? caches = null) : IClearable
{
    /// <summary>How old an answer may be when the store does not answer (issue text: 15 s).</summary>
    public static readonly TimeSpan Trust = TimeSpan.FromSeconds(15);

    /// <summary>Sessions of one generation; at most two generations are held.</summary>
    private const int Generation = 10_000;

    private ConcurrentDictionary<Guid, KnownSession> young = new();
    private ConcurrentDictionary<Guid, KnownSession> old = new();
    private int count;

    /// <summary>Whether what an exchange told of a session was known in this form already.</summary>
    internal HitCount? Lookups { get; } = caches?.Of("sessions");

    public KnownSession Of(Guid userId, Guid sessionId)
    {
        if (young.TryGetValue(sessionId, out var known))
        {
            return known;
        }

        // What is used moves to the young; what is not goes with its generation.
        known = old.TryGetValue(sessionId, out var older) ? older : new KnownSession(userId, sessionId);
        if (young.TryAdd(sessionId, known) && Interlocked.Increment(ref count) >= Generation)
        {
            Interlocked.Exchange(ref count, 0);
            old = Interlocked.Exchange(ref young, new());
        }

        return known;
    }

    public void Clear()
    {
        Interlocked.Exchange(ref young, new());
        Interlocked.Exchange(ref old, new());
    }

    /// <summary>Outdates all that is known of a user's sessions but one.</summary>
    public void Outdate(Guid userId, Guid? except)
    {
        var (shard, kept) = (StandingStore.ShardOf(userId), except is { } session ? SessionStore.KeyOf(session) : null);
        foreach (var known in young.Values.Concat(old.Values).Where(k => k.Shard == shard && k.Key != kept))
        {
            known.Outdate();
        }
    }
}
