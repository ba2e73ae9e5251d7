using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Health.Parts;

/// <summary>What the vault seals now, it opens again.</summary>
internal sealed class VaultPart(FieldVault vault) : IHealthPart
{
    private const string Text = "health";

    private static readonly SealedPlace Nowhere = new("health", "probe", "1");

    public string Name => "vault";

    public bool Optional => false;

    public Task<PartHealth> AskAsync(CancellationToken cancel) => Task.FromResult(
        vault.Open(vault.Seal(Text, Nowhere), Nowhere) == Text ? PartHealth.Ok : PartHealth.Failed("what was sealed does not open"));
}
