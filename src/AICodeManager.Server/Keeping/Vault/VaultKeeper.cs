using System.Data.Common;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// Keeps this node's keys in step with the table, so that it seals with a new key soon after another process made it, and
/// counts what was sealed. What a process that is killed sealed since is not counted: the margin covers that.
/// </summary>
public sealed partial class VaultKeeper(VaultKeys keys, VaultKeyStore store, TimeProvider time, ILogger<VaultKeeper> log) : BackgroundService
{
    /// <summary>How often the table is read. A rotation waits for longer than that before it ends.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Half of what one key may seal: then it gets a successor, whether or not anybody asked for one.</summary>
    internal const long Enough = DataKey.MostSealings / 2;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                await KeepAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, fault.Message);
            }
        }
    }

    /// <summary>One round.</summary>
    internal async Task KeepAsync(CancellationToken cancel)
    {
        keys.Take(await store.ListAsync(cancel));
        foreach (var key in keys.All)
        {
            await store.CountAsync(key, cancel);
        }

        if (keys.Current is { Sealings: >= Enough } worn)
        {
            await store.AddAsync(worn.Number, cancel);
            LogWorn(log, worn.Number, worn.Sealings);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            foreach (var key in keys.All)
            {
                await store.CountAsync(key, cancellationToken);
            }
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException or OperationCanceledException)
        {
            LogFailed(log, fault.Message);
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The vault's keys could not be read or counted, and are again in a moment: {reason}")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Key {number} of the vault has sealed {sealings} times and got a successor: run 'aicli-web vault rotate' to take everything to it")]
    private static partial void LogWorn(ILogger logger, long number, long sealings);
}
