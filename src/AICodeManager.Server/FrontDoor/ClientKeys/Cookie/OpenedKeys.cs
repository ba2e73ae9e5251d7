using System.Security.Cryptography;
using AICodeManager.Server.Ground.Telemetry;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// Keys that were opened a moment ago, found by the hash of their whole cookie: importing a key costs more than signing
/// with it. Bounded in number and time; a key that leaves is disposed of once nobody signs with it any more.
/// </summary>
public sealed class OpenedKeys(KeyCookieSeal seal, TimeProvider time, CacheMetrics? caches = null) : IDisposable
{
    /// <summary>How long an opened key is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const int Capacity = 1000;

    private readonly HitCount? lookups = caches?.Of("cookie_keys");

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = [];

    // All live equally long, so the order of arrival is the order of leaving.
    private readonly Queue<Entry> leaving = new();

    /// <summary>Keys that are kept now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return entries.Count;
        }
    }

    /// <summary>The cookie's key, to be given back by disposing; null where the cookie does not open.</summary>
    public OpenKey? Open(KeyCookieText cookie)
    {
        var name = Convert.ToBase64String(SHA256.HashData(cookie.Content));
        lock (gate)
        {
            Clear();
            var hit = entries.TryGetValue(name, out var known);
            lookups?.Count(hit);
            if (hit)
                return known!.Lend(cookie.Head);
        }

        // Outside the lock: opening costs a tenth of a millisecond, and a forged cookie is never remembered.
        if (seal.Open(cookie) is not { } key)
            return null;
        lock (gate)
        {
            if (entries.TryGetValue(name, out var first))
            {
                key.Dispose();
                return first.Lend(cookie.Head);
            }

            var entry = new Entry(name, key, time.GetUtcNow() + Lifetime, gate);
            entries[name] = entry;
            leaving.Enqueue(entry);
            Clear();
            return entry.Lend(cookie.Head);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            while (leaving.TryDequeue(out var entry))
                Remove(entry);
        }
    }

    private void Clear()
    {
        var now = time.GetUtcNow();
        while (leaving.TryPeek(out var oldest) && (leaving.Count > Capacity || oldest.Until <= now))
            Remove(leaving.Dequeue());
    }

    private void Remove(Entry entry)
    {
        entries.Remove(entry.Name);
        entry.Leave();
    }

    /// <summary>A key and how many sign with it now; every member under the cache's lock.</summary>
    internal sealed class Entry(string name, SigningKey key, DateTimeOffset until, Lock gate)
    {
        private int lent;
        private bool left;

        public string Name => name;

        public DateTimeOffset Until => until;

        public OpenKey Lend(KeyCookieHead head)
        {
            lent++;
            return new OpenKey(head, key, this);
        }

        public void GiveBack()
        {
            lock (gate)
            {
                if (--lent == 0 && left)
                    key.Dispose();
            }
        }

        public void Leave()
        {
            left = true;
            if (lent == 0)
                key.Dispose();
        }
    }
}

/// <summary>A key that may be signed with until this is disposed; its head is proved.</summary>
public sealed class OpenKey : IDisposable
{
    private OpenedKeys.Entry? entry;

    internal OpenKey(KeyCookieHead head, SigningKey key, OpenedKeys.Entry entry) => (Head, Key, this.entry) = (head, key, entry);

    public KeyCookieHead Head { get; }

    public SigningKey Key { get; }

    public void Dispose() => Interlocked.Exchange(ref entry, null)?.GiveBack();
}
