namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Redis, which holds sessions, nonces and revocations where several nodes share them.</summary>
internal static class RedisChecks
{
    private const int OldestMajor = 6;

    private static readonly Finding Embedded = Finding.Skip("sessions are kept in this process and its database");

    public static async Task<Finding> ProtectedAsync(CheckScene scene, CancellationToken cancel) =>
        await scene.Redis.Value.WaitAsync(cancel) is not { } redis ? Embedded
        : Finding.When(!redis.OpenToAll, redis.OpenToAll ? "it answers who gives no password" : "it refuses who gives no password");

    public static async Task<Finding> TransportAsync(CheckScene scene, CancellationToken cancel) =>
        await scene.Redis.Value.WaitAsync(cancel) is not { } redis ? Embedded
        : Finding.When(redis.Tls || redis.Local, redis.Tls ? "TLS" : redis.Local ? "on this machine" : "over a network without TLS");

    public static async Task<Finding> EvictionAsync(CheckScene scene, CancellationToken cancel) =>
        await scene.Redis.Value.WaitAsync(cancel) is not { } redis ? Embedded
        : Finding.When(redis.Eviction == "noeviction", $"maxmemory-policy is {redis.Eviction}");

    public static async Task<Finding> PersistenceAsync(CheckScene scene, CancellationToken cancel) =>
        await scene.Redis.Value.WaitAsync(cancel) is not { } redis ? Embedded
        : Finding.When(
            redis.AppendOnly || redis.Save is null or { Length: > 0 },
            redis.AppendOnly ? "appendonly" : redis.Save is null ? "whether it writes snapshots it does not tell us"
            : redis.Save.Length > 0 ? $"snapshots: {redis.Save}" : "it writes nothing down: after its restart revocations are forgotten and everybody signs in again",
            CheckResult.Warn);

    public static async Task<Finding> VersionAsync(CheckScene scene, CancellationToken cancel) =>
        await scene.Redis.Value.WaitAsync(cancel) is not { } redis ? Embedded
        : Finding.When(redis.Major >= OldestMajor, $"Redis {redis.Version}; {OldestMajor} or later is wanted", CheckResult.Warn);
}
