namespace AICodeManager.Server.Keeping.Vault;

/// <summary>A value as it lies in its column.</summary>
/// <param name="Keys">Values of the primary key, as the database gives them.</param>
internal sealed record SealedRow(IReadOnlyList<object> Keys, string Text, long Version)
{
    /// <summary>Names the row to people and to the vault.</summary>
    public string Name { get; } = string.Join('/', Keys);
}
