namespace AICodeManager.Server.Keeping.Vault;

/// <summary>The one field that a sealed text belongs to: moved to any other, it does not open.</summary>
/// <param name="Row">The row's id; of several columns, their values with <c>/</c> between (<see cref="SealedColumn"/>).</param>
/// <param name="Version">
/// For values that are replaced in place: another with each write (<see cref="SealedVersion"/>), so that an older value
/// does not open. 0 where a value never changes.
/// </param>
public sealed record SealedPlace(string Table, string Column, string Row, long Version = 0);
