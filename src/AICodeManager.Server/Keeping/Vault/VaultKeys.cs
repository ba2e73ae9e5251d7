using System.Collections.Concurrent;
using System.Collections.Frozen;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// The data keys of this process, unwrapped. The newest seals, all of them open. Another process may rotate at any time:
/// a number that is not known yet is looked up in the table.
/// </summary>
public sealed class VaultKeys(Database database, RootKeys roots, TimeProvider time)
{
    // A number that was not in the table is asked for again after this time at the earliest.
    private static readonly TimeSpan AbsentFor = TimeSpan.FromSeconds(1);

    // Further than any rotation could have come since: nobody asks the database for those.
    private const int MostAhead = 1000;

    private readonly Lock taking = new();
    private readonly ConcurrentDictionary<long, long> absent = new();
    private readonly FrozenDictionary<string, byte[]> wrapping = roots.DeriveAll(KeyWrap.Purpose)
        .DistinctBy(root => root.Fingerprint).ToFrozenDictionary(root => root.Fingerprint, root => root.Key);

    private readonly (string Root, DataKey Key)[] firstForm =
        [.. roots.DeriveAll("field vault v1").DistinctBy(root => root.Fingerprint).Select(root => (root.Fingerprint, new DataKey(SealedText.FirstForm, root.Key)))];

    private volatile Ring? ring;

    /// <summary>Seals.</summary>
    /// <exception cref="InvalidOperationException">The vault was not opened (<see cref="VaultOpening"/>).</exception>
    internal DataKey Current => ring?.Current ?? throw new InvalidOperationException("The vault is not open.");

    /// <summary>What values of the first form may have been sealed with; none once there are none left, so that none can be put back.</summary>
    internal IReadOnlyList<(string Root, DataKey Key)> OfFirstForm => ring is { FirstFormIsLeft: true } ? firstForm : [];

    /// <summary>Every key that is open here.</summary>
    internal IEnumerable<DataKey> All => ring?.Keys.Values.AsEnumerable() ?? [];

    internal string Root => roots.Fingerprint;

    /// <summary>Names the configured keys, for people.</summary>
    internal string Fingerprints => string.Join(", ", wrapping.Keys.OrderByDescending(root => root == roots.Fingerprint));

    internal bool Knows(string fingerprint) => wrapping.ContainsKey(fingerprint);

    internal DataKey? Find(long number)
    {
        var now = ring ?? throw new InvalidOperationException("The vault is not open.");
        return now.Keys.GetValueOrDefault(number) ?? LookUp(now, number);
    }

    /// <summary>Wraps under the configured key.</summary>
    internal string Wrap(long number, ReadOnlySpan<byte> key) => KeyWrap.Wrap(wrapping[roots.Fingerprint], number, key);

    internal byte[]? Unwrap(VaultKeyRow row) =>
        wrapping.TryGetValue(row.Root, out var root) ? KeyWrap.Unwrap(root, row.Number, row.Wrapped) : null;

    /// <summary>Takes over what the table says now. Keys that are open stay open; those that cannot be opened are left out.</summary>
    internal void Take(IReadOnlyList<VaultKeyRow> rows)
    {
        lock (taking)
        {
            var keys = ring?.Keys.ToDictionary() ?? [];
            foreach (var row in rows.Where(row => row.IsKey))
            {
                if (!keys.TryGetValue(row.Number, out var key) && Unwrap(row) is { } material)
                {
                    keys.Add(row.Number, key = new DataKey(row.Number, material));
                }

                key?.Counted(row.Sealings);
            }

            ring = new Ring(
                keys.ToFrozenDictionary(), keys.Count == 0 ? null : keys[keys.Keys.Max()],
                rows.Any(row => row is { IsKey: false, RetiredAt: null }));
        }
    }

    // Without awaiting: whoever opens a field may be anywhere. It happens once for each rotation.
    private DataKey? LookUp(Ring now, long number)
    {
        if (number > (now.Current?.Number ?? 0) + MostAhead
            || (absent.TryGetValue(number, out var asked) && time.GetElapsedTime(asked) < AbsentFor))
        {
            return null;
        }

        Take(database.ReadNow<VaultKeyRow>(VaultKeyStore.All));
        if (ring!.Keys.TryGetValue(number, out var key))
        {
            return key;
        }

        absent[number] = time.GetTimestamp();
        return null;
    }

    private sealed record Ring(FrozenDictionary<long, DataKey> Keys, DataKey? Current, bool FirstFormIsLeft);
}
