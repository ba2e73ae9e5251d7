using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.FrontDoor.Tokens;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Keys of devices, and those that sign tokens.</summary>
internal static class KeyChecks
{
    private const int UnusedDays = 90, SigningDays = 365, SuspendedDays = 7, Shown = 5;

    /// <summary>By the configured age (90 days), and those past it that still work for their grace.</summary>
    public static async Task<Finding> OldAsync(CheckScene scene, CancellationToken cancel)
    {
        var old = (await LiveAsync(scene, cancel)).Where(key => scene.Now - key.CreatedAt > scene.Settings.ClientKeys.RotationAfter).ToList();
        return old.Count > 0 ? Finding.Warn($"{old.Count} older than {scene.Settings.ClientKeys.RotationAfter.TotalDays:0} days and not replaced: {Names(old)}")
            : Finding.Pass($"none older than {scene.Settings.ClientKeys.RotationAfter.TotalDays:0} days");
    }

    public static async Task<Finding> UnusedAsync(CheckScene scene, CancellationToken cancel)
    {
        var before = scene.Now.AddDays(-UnusedDays);
        var keys = await LiveAsync(scene, cancel);
        var unused = keys.Where(key => (key.LastUsedAt ?? key.CreatedAt) < before).ToList();
        return unused.Count > 0 ? Finding.Warn($"{unused.Count} not used for {UnusedDays} days: {Names(unused)}") : Finding.Pass($"{keys.Count} keys, all used in the last {UnusedDays} days");
    }

    public static async Task<Finding> SuspendedAsync(CheckScene scene, CancellationToken cancel)
    {
        var keys = await scene.ReadAsync(r => r.QueryAsync<ClientKeyRow>("SELECT * FROM client_keys WHERE revoked_at IS NULL AND suspended_at IS NOT NULL"), cancel);
        var lasting = keys.Count(key => (scene.Now - key.SuspendedAt!.Value).TotalDays > SuspendedDays);
        return keys.Count > 0
            ? Finding.Warn($"{keys.Count} seem to be in two hands and wait for their owners ({lasting} for more than {SuspendedDays} days): {Names(keys)}")
            : Finding.Pass("none is suspended");
    }

    public static async Task<Finding> SigningAsync(CheckScene scene, CancellationToken cancel)
    {
        var algorithm = scene.Settings.Jwt.Algorithm;
        if (algorithm == "HS256")
            return Finding.Skip("HS256 signs with jwt.secret_key, whose age secrets_age tells");
        var keys = await scene.ReadAsync(r => r.QueryAsync<SigningKeyRow>(
            "SELECT * FROM signing_keys WHERE algorithm = @algorithm AND retired_at IS NULL", new { algorithm }), cancel);
        if (keys.Count == 0)
            return Finding.Fail($"there is no {algorithm} key");
        var days = keys.Max(key => (int)(scene.Now - key.CreatedAt).TotalDays);
        return Finding.When(days <= SigningDays, $"the {algorithm} key is {days} days old", CheckResult.Warn);
    }

    // What can still sign, and was not replaced.
    private static Task<IReadOnlyList<ClientKeyRow>> LiveAsync(CheckScene scene, CancellationToken cancel) => scene.ReadAsync(
        r => r.QueryAsync<ClientKeyRow>(
            """
            SELECT k.* FROM client_keys k JOIN users u ON u.id = k.user_id
            WHERE k.revoked_at IS NULL AND k.successor_id IS NULL AND u.disabled_at IS NULL AND (k.revoke_at IS NULL OR k.revoke_at > @Now) AND k.expires_at > @Over
            ORDER BY k.created_at
            """, new { scene.Now, Over = scene.Now - scene.Settings.ClientKeys.Grace }), cancel);

    private static string Names(IReadOnlyList<ClientKeyRow> keys) =>
        $"{string.Join(", ", keys.Take(Shown).Select(key => $"{key.Id:D} of user {key.UserId:D}"))}{(keys.Count > Shown ? $" and {keys.Count - Shown} more" : "")}";
}
