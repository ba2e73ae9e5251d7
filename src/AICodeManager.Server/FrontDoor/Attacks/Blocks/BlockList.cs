using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.Blocks;

/// <summary>
/// Who is kept out, asked from memory alone. The truth is the table; each node reads again what was changed when it hears
/// the notice, and every few seconds whether it does or not.
/// </summary>
public sealed partial class BlockList(
    BlockTable table, BlockStore store, ICoordination coordination, Settings settings, TimeProvider time, ILogger<BlockList> log)
    : BackgroundService
{
    private const string Topic = "blocks";

    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(3);

    // A transaction's time stands in its row before the row is seen, and nodes' clocks differ.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    private readonly NetworkRange[] allowed = [.. settings.Monitoring.AttackDetection.AllowedNetworks];
    private readonly SemaphoreSlim reading = new(1);
    private readonly SemaphoreSlim heard = new(0, 1);
    private DateTimeOffset since;
    private volatile bool anew;

    /// <summary>The block that keeps this network from what the scope names; null where it may.</summary>
    public Block? Find(ClientNetwork network, BlockScope scope) =>
        table.Find(network, scope) is { } block && !IsAllowed(network) ? block : null;

    /// <summary>Whether the network may not do what the scope names, and until when.</summary>
    public bool IsBlocked(ClientNetwork network, BlockScope scope, out DateTimeOffset until)
    {
        var block = Find(network, scope);
        until = block?.Until ?? default;
        return block is not null;
    }

    /// <summary>Never blocked: <c>monitoring.attack_detection.allowed_networks</c>, and who comes by a socket without an address.</summary>
    public bool IsAllowed(ClientNetwork network)
    {
        foreach (var range in allowed)
        {
            if (range.Contains(network))
            {
                return true;
            }
        }

        return network == default;
    }

    /// <summary>Blocks a network on every node, with its audit event. Nothing happens where it is allowed, or blocked as long.</summary>
    /// <param name="reason">Of <see cref="BlockReason"/>.</param>
    public Task BlockAsync(
        ClientNetwork network, BlockScope scope, string reason, TimeSpan duration, RequestOrigin origin, CancellationToken cancel) =>
        IsAllowed(network) ? Task.CompletedTask : AddAsync(NetworkRange.Of(network), scope, reason, null, duration, origin, cancel);

    /// <summary>The same for a range, with what somebody says about it.</summary>
    /// <returns>Null where a block of the same range and scope lasts as long.</returns>
    public async Task<BlockRow?> AddAsync(
        NetworkRange range, BlockScope scope, string reason, string? comment, TimeSpan duration, RequestOrigin origin, CancellationToken cancel)
    {
        // As the database keeps it, or what is read back would look older than what is known.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var row = new BlockRow
        {
            Id = Guid.CreateVersion7(now), Network = range.ToString(), Scope = BlockScopes.Write(scope), Reason = reason, Comment = comment,
            CreatedAt = now, Until = now + duration, CreatedBy = origin.Caller?.UserId, ChangedAt = now,
        };
        // In force here before it is written: of attempts that fail at once, one makes the block.
        var block = row.ToBlock()!;
        if (!table.TryAdd(block))
        {
            return null;
        }

        try
        {
            await store.AddAsync(row, origin, cancel);
        }
        catch
        {
            table.Remove(block);
            anew = true;
            throw;
        }

        await TellAsync(cancel);
        return row;
    }

    /// <summary>Lifts a block on every node.</summary>
    /// <returns>The row as it is now; null where there is none.</returns>
    public Task<BlockRow?> LiftAsync(Guid id, RequestOrigin origin, CancellationToken cancel) =>
        ChangeAsync(store.LiftAsync(id, origin, cancel), cancel);

    public Task<BlockRow?> CommentAsync(Guid id, string? comment, RequestOrigin origin, CancellationToken cancel) =>
        ChangeAsync(store.CommentAsync(id, comment, origin, cancel), cancel);

    /// <summary>Reads what was changed since the last reading; and all that hold, where a block has left a shorter one's place.</summary>
    internal async Task ReadAsync(CancellationToken cancel)
    {
        await reading.WaitAsync(cancel);
        try
        {
            var begun = time.GetUtcNow();
            if (since != default)
            {
                Learn(await store.ChangedAsync(since - Overlap, BlockTable.Most, cancel));
            }

            if (since == default || anew)
            {
                var all = await store.ActiveAsync(BlockTable.Most, cancel);
                anew = false;
                Learn(all);
            }

            table.Sweep();
            since = begun;
        }
        finally
        {
            reading.Release();
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request: a restart lets nobody in.
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var notices = coordination.Subscribe(Topic, _ => Hear());
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await heard.WaitAsync(ReadEvery, stoppingToken);
                await ReadAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogUnread(log, fault);
            }
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        reading.Dispose();
        heard.Dispose();
    }

    private async Task<BlockRow?> ChangeAsync(Task<BlockRow?> change, CancellationToken cancel)
    {
        if (await change is not { } row)
        {
            return null;
        }

        Learn(row);
        await TellAsync(cancel);
        return row;
    }

    private void Learn(IReadOnlyList<BlockRow> rows)
    {
        foreach (var row in rows)
        {
            Learn(row);
        }
    }

    private void Learn(BlockRow row)
    {
        if (row.ToBlock() is { } block)
        {
            if (table.Learn(block, lifted: row.LiftedAt is not null))
            {
                anew = true;
            }
        }
    }

    // The others read the table anyway, a little later.
    private async Task TellAsync(CancellationToken cancel)
    {
        try
        {
            await coordination.PublishAsync(Topic, "changed", cancel);
        }
        catch (CoordinationUnavailableException)
        {
            LogUntold(log);
        }
    }

    private void Hear()
    {
        try
        {
            heard.Release();
        }
        catch (SemaphoreFullException)
        {
            // Heard already.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The blocks could not be read again; those known stay in force")]
    private static partial void LogUnread(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Warning, "The other nodes could not be told of a changed block; they read the table within seconds")]
    private static partial void LogUntold(ILogger logger);
}
