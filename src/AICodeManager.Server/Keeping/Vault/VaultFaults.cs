using System.Text;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>The texts that say which keys do not open and what cannot be read without them.</summary>
internal static class VaultFaults
{
    private const string Advice =
        "Put the key that was in use before into database.encryption.previous_keys (DB_ENCRYPTION_PREVIOUS_KEYS), or back into database.encryption.key.";

    public static string Locked(
        IEnumerable<VaultKeyRow> locked, IEnumerable<long> missing, IReadOnlyList<SealedCensus.Share> there, VaultKeys keys)
    {
        var text = new StringBuilder($"The vault does not open. Configured: {keys.Fingerprints}.");
        foreach (var row in locked.Where(row => row.IsKey))
        {
            text.Append($"\n  Key {row.Number} ");
            text.Append(keys.Knows(row.Root) ? $"was altered: the configured key {row.Root} should open it" : $"needs the configured key {row.Root}");
            text.Append($". {Unreadable(there, row.Number)}");
        }

        foreach (var row in locked.Where(row => !row.IsKey))
        {
            text.Append($"\n  Fields of the first form need the configured key {row.Root}. {Unreadable(there, row.Number)}");
        }

        foreach (var number in missing)
        {
            text.Append($"\n  Key {number} is missing from vault_keys: restore the row from a backup. {Unreadable(there, number)}");
        }

        return text.Append($"\n{Advice}").ToString();
    }

    public static string FirstFormLocked(IReadOnlyList<SealedCensus.Share> there, VaultKeys keys) =>
        $"The vault does not open: no configured key ({keys.Fingerprints}) opens what is there. {Unreadable(there, SealedText.FirstForm)}\n{Advice}";

    public static string KeysGone(IReadOnlyList<SealedCensus.Share> there)
    {
        var text = new StringBuilder("The vault's keys are gone: vault_keys is empty, and fields are sealed with them. Restore the table from a backup.");
        foreach (var number in there.Select(share => share.Number).Distinct().Order())
        {
            text.Append($"\n  Key {number} is missing. {Unreadable(there, number)}");
        }

        return text.ToString();
    }

    private static string Unreadable(IReadOnlyList<SealedCensus.Share> there, long number)
    {
        var lost = there.Where(share => share.Number == number)
            .Select(share => $"{share.Column.Name} ({share.Values} {(share.Values == 1 ? "row" : "rows")})").ToList();
        return lost.Count == 0 ? "No field is sealed with it." : $"Cannot be opened: {string.Join(", ", lost)}.";
    }
}
