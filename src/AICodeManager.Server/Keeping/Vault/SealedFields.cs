using System.Collections.Frozen;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// Fields that are sealed where <c>database.encryption.encrypted_fields</c> names them. What was stored before that
/// changed is read as it is: in clear or sealed.
/// </summary>
public sealed class SealedFields(FieldVault vault, Settings settings)
{
    private static readonly FrozenDictionary<string, SealedColumn> Columns =
        SealedColumns.All.Where(column => column.Optional).ToFrozenDictionary(column => column.Name);

    private readonly FrozenSet<string> configured = settings.Database.Encryption.EncryptedFields.ToFrozenSet();

    /// <summary>Whether a field, such as <c>tasks.prompt</c>, is sealed when it is stored.</summary>
    public bool IsSealed(string field) => configured.Contains(field);

    /// <summary>The text to store.</summary>
    /// <param name="row">See <see cref="SealedColumn.Keys"/>.</param>
    /// <exception cref="ArgumentException">The field is none of the optional ones, or the text too long to be sealed.</exception>
    public string Keep(string field, string plain, string row)
    {
        var place = PlaceOf(field, row);
        // What looks sealed would not come back as it was: it is sealed whatever the configuration says.
        return configured.Contains(field) || SealedText.TryParse(plain, out _) ? vault.Seal(plain, place) : plain;
    }

    /// <summary>The text that was stored.</summary>
    /// <exception cref="VaultException">It is sealed and does not open; the message names field and row.</exception>
    public string Read(string field, string stored, string row) =>
        !SealedText.TryParse(stored, out _) ? stored
        : vault.Open(stored, PlaceOf(field, row)) ?? throw new VaultException($"{field} of {row} does not open: it was altered or moved, or its key is missing.");

    private static SealedPlace PlaceOf(string field, string row) => Columns.TryGetValue(field, out var column)
        ? column.PlaceOf(row)
        : throw new ArgumentException($"'{field}' is no field that may be sealed.", nameof(field));
}
