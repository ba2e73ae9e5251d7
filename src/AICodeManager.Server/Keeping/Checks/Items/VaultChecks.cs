namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Encryption at rest.</summary>
internal static class VaultChecks
{
    private const int OldDays = 365, Shown = 3;

    public static async Task<Finding> OpensAsync(CheckScene scene, CancellationToken cancel)
    {
        var vault = await scene.Vault.Value.WaitAsync(cancel);
        if (vault.Keys.All(key => !key.IsKey))
            return Finding.Warn("there is no data key yet: the server makes one at its start");
        var found = await vault.VerifyAsync(cancel);
        return found.Faults.Count == 0 ? Finding.Pass($"all {found.Opened:N0} sealed values open")
            : Finding.Fail($"{found.Faults.Count} of {found.Opened + found.Faults.Count:N0} do not open: {string.Join("; ", found.Faults.Take(Shown))}{(found.Faults.Count > Shown ? "; and more" : "")}");
    }

    public static async Task<Finding> KeyAgeAsync(CheckScene scene, CancellationToken cancel)
    {
        var keys = (await scene.Vault.Value.WaitAsync(cancel)).Keys;
        if (keys.LastOrDefault(key => key.IsKey) is not { } newest)
            return Finding.Warn("there is no data key yet");
        var days = (int)(scene.Now - newest.CreatedAt).TotalDays;
        var first = keys.Any(key => !key.IsKey && key.RetiredAt is null);
        return Finding.Worst(
            Finding.When(days <= OldDays, $"data key {newest.Number} is {days} days old and has sealed {newest.Sealings:N0} values", CheckResult.Warn),
            Finding.When(!first, first ? "fields are left that an earlier version sealed" : "no field of an earlier form is left", CheckResult.Warn));
    }
}
