using StackExchange.Redis;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>A Redis that makes room by dropping keys drops revocations and claims: the operator is told.</summary>
internal static partial class MemoryPolicy
{
    private const string Name = "maxmemory_policy:";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Reads <c>maxmemory_policy</c> from INFO, which managed servers allow more often than CONFIG; of a Cluster one
    /// node speaks for all.
    /// </summary>
    public static async Task WarnAsync(ConnectionMultiplexer connection, ILogger log)
    {
        try
        {
            // The client's own InfoAsync wants its admin mode, which would open far more than this.
            var info = (string)(await connection.GetDatabase().ExecuteAsync("INFO", "memory").WaitAsync(Patience))!;
            var policy = info.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal))?[Name.Length..].Trim();
            if (policy is not (null or "noeviction"))
                LogPolicy(log, policy);
        }
        catch (Exception)
        {
            // Forbidden here, or gone again: nothing rests on the advice.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis runs with maxmemory-policy {policy}: it may drop revocations and claims before their time. Set noeviction")]
    private static partial void LogPolicy(ILogger logger, string policy);
}
