using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Checks.Readings;

/// <summary>The vault as this process can open it.</summary>
/// <param name="Keys">Every data key, also those that do not open.</param>
/// <param name="VerifyAsync">Opens every sealed value.</param>
public sealed record VaultReading(IReadOnlyList<VaultKeyRow> Keys, Func<CancellationToken, Task<VerificationResult>> VerifyAsync)
{
    public static async Task<VaultReading> ReadAsync(VaultOpening opening, VaultVerification verification, CancellationToken cancel) =>
        new(await opening.LookAsync(cancel), stop => verification.RunAsync(null, stop));
}
