namespace AICodeManager.Server.Keeping.Vault;

/// <summary>A column of the database that holds sealed texts.</summary>
/// <param name="Keys">
/// The columns of the primary key, in its order. The <see cref="SealedPlace.Row"/> of a value is their values as text with
/// <c>/</c> between.
/// </param>
/// <param name="Version">The column with the value's version (<see cref="SealedVersion"/>); null where values never change.</param>
/// <param name="Optional">Whether texts may stand there in clear, too (<see cref="SealedFields"/>).</param>
public sealed record SealedColumn(string Table, string Column, IReadOnlyList<string> Keys, string? Version = null, bool Optional = false)
{
    /// <summary><c>table.column</c>.</summary>
    public string Name { get; } = $"{Table}.{Column}";

    public SealedPlace PlaceOf(string row, long version = 0) => new(Table, Column, row, version);
}
