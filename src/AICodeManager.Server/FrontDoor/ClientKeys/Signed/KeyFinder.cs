using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>
/// Finds keys: in memory, else in the shared store, else in the database (spec B9). What is found may be old; admission
/// compares its version with the user's standing, which every change of a key raises, and asks for it anew.
/// </summary>
public sealed class KeyFinder(
    KeyMemory memory, ClientKeyStore store, ICoordination coordination, KeyMetrics metrics, SharedKeyCopies copies, Settings settings,
    TimeProvider time)
{
    private const string FactKey = "row";

    /// <summary>A key that this node has at hand.</summary>
    public KnownKey? FindHere(Guid keyId)
    {
        if (memory.Find(keyId) is not { } known || time.GetUtcNow() >= known.Until)
        {
            return null;
        }

        metrics.FoundIn("memory");
        return known;
    }

    /// <summary>Whether this node knows that there is such a key, though what it knows may be too old.</summary>
    public bool Remembers(Guid keyId) => memory.Find(keyId) is not null;

    /// <summary>Looks a key up beyond this node's memory; null where nobody knows it.</summary>
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task<KnownKey?> LookUpAsync(Guid keyId, CancellationToken cancel)
    {
        var shared = new ReadFact(ShardOf(keyId), FactKey);
        await coordination.ExchangeAsync([shared], cancel);
        if (shared.Answer is { } text && copies.Open(text) is { } copy && copy.Key.Id == keyId && Import(copy, null) is { } known)
        {
            metrics.FoundIn("shared");
            memory.Remember(known);
            return known;
        }

        var found = await ReadAsync(keyId, null, cancel);
        metrics.FoundIn(found is null ? "nowhere" : "database");
        return found;
    }

    /// <summary>Reads a key anew whose user's standing has moved on; null where it is gone.</summary>
    public Task<KnownKey?> RefreshAsync(KnownKey known, CancellationToken cancel) => ReadAsync(known.Row.Id, known, cancel);

    internal static string ShardOf(Guid keyId) => $"key-{keyId:N}";

    private async Task<KnownKey?> ReadAsync(Guid keyId, KnownKey? before, CancellationToken cancel)
    {
        if (await store.FindAsync(keyId, cancel) is not { } reading || Import(reading, before) is not { } known)
        {
            memory.Forget(keyId);
            return null;
        }

        await coordination.ExchangeAsync(
        [
            new PutFact(ShardOf(keyId), FactKey) { Version = reading.Version, Data = copies.Seal(reading), Until = known.Until },
        ], cancel);
        memory.Remember(known);
        return known;
    }

    // Only well-formed keys of allowed kinds and sizes are kept, wherever the text came from.
    private KnownKey? Import(ClientKeyReading reading, KnownKey? before)
    {
        var row = reading.Key;
        var key = before?.Row.PublicKey == row.PublicKey && before.Row.Algorithm == row.Algorithm ? before.Key : null;
        if (key is null)
        {
            var der = new byte[row.PublicKey.Length];
            if (!Convert.TryFromBase64String(row.PublicKey, der, out var length)
                || !PublicKeys.TryReadSpki(der.AsSpan(0, length), row.Algorithm, out key, out _, out _)
                || key.Thumbprint != row.Thumbprint)
            {
                return null;
            }
        }

        return new KnownKey(row, reading.Version, key, time.GetUtcNow() + settings.ClientKeys.CacheTtl);
    }
}
