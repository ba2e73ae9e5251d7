using StackExchange.Redis;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>A Redis that makes room by dropping keys drops revocations and claims: the operator is told.</summary>
internal static partial class MemoryPolicy
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Reads <c>maxmemory_policy</c> from INFO, which managed servers allow more often than CONFIG.</summary>
    public static async Task WarnAsync(ConnectionMultiplexer connection, ILogger log)
    {
        foreach (var endpoint in connection.GetEndPoints())
        {
            try
            {
                var sections = await connection.GetServer(endpoint).InfoAsync("memory").WaitAsync(Patience);
                var policy = sections.SelectMany(s => s).FirstOrDefault(line => line.Key == "maxmemory_policy").Value;
                if (policy is not (null or "noeviction"))
                    LogPolicy(log, policy);
            }
            catch (Exception)
            {
                // Forbidden here, or gone again: nothing rests on the advice.
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis runs with maxmemory-policy {policy}: it may drop revocations and claims before their time. Set noeviction")]
    private static partial void LogPolicy(ILogger logger, string policy);
}
