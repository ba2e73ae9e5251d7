using System.Net;
using StackExchange.Redis;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>
/// The connection that all requests share. A Redis that does not answer in time is not asked again by any request until
/// a probe was answered; meanwhile everything is refused at once. A connection that stays silent is replaced, because a
/// path that drops packets would keep it silent long after Redis is back.
/// </summary>
internal sealed partial class RedisLink(RedisOptions options, NoticeBoard notices, ILogger log) : IAsyncDisposable
{
    private const string NoticePrefix = "aicli:notice:";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(3);

    // Neighbouring slots lie on the same node of a Cluster: a node that fails closes its own slots and few others.
    private const int Groups = 16;
    private const int SlotsInGroup = 16384 / Groups;

    private static readonly TimeSpan ProbeLives = TimeSpan.FromSeconds(1);

    private readonly Breaker[] breakers = [.. Enumerable.Range(0, Groups).Select(_ => new Breaker())];
    private readonly SocketManager sockets = new("aicli-redis");
    private readonly CancellationTokenSource ending = new();
    private readonly Lock swapping = new();
    private volatile ConnectionMultiplexer? current;
    private Task<bool>? replacing;
    private int inFlight;

    public static string ChannelOf(string topic) => NoticePrefix + topic;

    public async Task StartAsync(CancellationToken cancel)
    {
        var first = ShardCall.PrefixOf("start") + "start";
        try
        {
            if (await ReplaceAsync(first).WaitAsync(StartPatience, cancel))
                return;
        }
        catch (TimeoutException)
        {
            // The recovery goes on where this stopped.
        }

        LogUnreachable(log);
        Trip(breakers[0], first);
    }

    /// <summary>Asks within the bound.</summary>
    /// <param name="key">Says which part of a Cluster is asked.</param>
    /// <exception cref="CoordinationUnavailableException">No answer, or a refusal, which is then the inner exception.</exception>
    public async Task<T> AskAsync<T>(RedisKey key, Func<IDatabase, Task<T>> ask, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (current is not { } connection)
            throw new CoordinationUnavailableException("Redis has not been reached yet.");
        var breaker = BreakerOf(connection, key);
        if (breaker.IsOpen)
            throw new CoordinationUnavailableException("Redis does not answer.");
        if (Interlocked.Increment(ref inFlight) > options.InFlight)
        {
            Interlocked.Decrement(ref inFlight);
            throw new CoordinationUnavailableException("Too many exchanges are under way.");
        }

        try
        {
            return await ask(connection.GetDatabase()).WaitAsync(options.Bound, cancel);
        }
        catch (RedisServerException refused)
        {
            if (IsOutOfService(refused))
                Trip(breaker, key);
            throw new CoordinationUnavailableException("Redis refused the exchange.", refused);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Trip(breaker, key);
            throw new CoordinationUnavailableException("Redis does not answer.", fault);
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    /// <summary>Whether every master answers within the bound.</summary>
    public async Task<bool> PingAsync(CancellationToken cancel)
    {
        if (current is not { } connection)
            return false;
        try
        {
            var masters = connection.GetEndPoints().Select(e => connection.GetServer(e)).Where(s => !s.IsSlave).ToList();
            await Task.WhenAll(masters.Select(master => master.PingAsync())).WaitAsync(options.Bound, cancel);
            return masters.Count > 0;
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested)
            return;
        await ending.CancelAsync();
        await Task.WhenAll(breakers.Select(b => b.Recovering));
        if (replacing is not null)
            await Task.WhenAny(replacing);
        Drop(current);
        sockets.Dispose();
        ending.Dispose();
    }

    private Breaker BreakerOf(ConnectionMultiplexer connection, RedisKey key) =>
        breakers[connection.HashSlot(key) is var slot and >= 0 ? slot / SlotsInGroup : 0];

    private void Trip(Breaker breaker, RedisKey key)
    {
        if (breaker.Open())
            breaker.Recovering = RecoverAsync(breaker, (string)key! + ":probe");
    }

    // It answers, but another one would serve, or it will later: the same search as for silence.
    private static bool IsOutOfService(RedisServerException refused) =>
        refused.Message.Split(' ')[0] is "READONLY" or "LOADING" or "MASTERDOWN" or "CLUSTERDOWN";

    private async Task RecoverAsync(Breaker breaker, RedisKey key)
    {
        LogLost(log);
        Task<bool>? probe = null;
        ConnectionMultiplexer? probed = null;
        using var timer = new PeriodicTimer(options.ProbeEvery);
        try
        {
            do
            {
                // A frozen Redis is asked once on each connection, however long it stays frozen.
                if (current is { } connection && (probe is null || probe.IsCompleted || probed != connection))
                    (probe, probed) = (ProbeAsync(connection, key), connection);
                if ((probe is not null && await SoonAsync(probe)) || await SoonAsync(ReplaceAsync(key)))
                {
                    breaker.Close();
                    LogBack(log);
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    private async Task<bool> SoonAsync(Task<bool> answer)
    {
        await Task.WhenAny(answer, Task.Delay(options.ProbeEvery, ending.Token));
        return answer is { IsCompletedSuccessfully: true } && await answer;
    }

    private static async Task<bool> ProbeAsync(ConnectionMultiplexer connection, RedisKey key)
    {
        try
        {
            // A write, because one that was made a replica meanwhile would still answer reads.
            return await connection.GetDatabase().StringSetAsync(key, "", ProbeLives, flags: CommandFlags.DemandMaster);
        }
        catch (Exception)
        {
            // Whatever it was, it was no answer.
            return false;
        }
    }

    /// <summary>Tries a new connection beside the old one; one try at a time. The old one stays until the new one has answered.</summary>
    private Task<bool> ReplaceAsync(RedisKey key)
    {
        lock (swapping)
            return replacing = replacing is { IsCompleted: false } ? replacing : Task.Run(() => ConnectAsync(key), ending.Token);
    }

    private async Task<bool> ConnectAsync(RedisKey key)
    {
        ConnectionMultiplexer? fresh = null;
        try
        {
            var known = current?.GetEndPoints() ?? [];
            var client = options.ToClient(known.Where(e => e is IPEndPoint or DnsEndPoint));
            client.SocketManager = sockets;
            fresh = await ConnectionMultiplexer.ConnectAsync(client);
            // Requests wait for their own answers only; in order, each would wait for those before it to be dealt with.
            fresh.PreserveAsyncOrder = false;
            if (!await ProbeAsync(fresh, key).WaitAsync(options.Bound, ending.Token))
                throw new CoordinationUnavailableException("Redis does not answer.");
            await ListenAsync(fresh);
            var old = current;
            current = fresh;
            Drop(old);
            _ = MemoryPolicy.WarnAsync(fresh, log);
            return true;
        }
        catch (Exception)
        {
            Drop(fresh);
            return false;
        }
    }

    // Without a farewell: nobody may be there to answer it.
    private static void Drop(ConnectionMultiplexer? connection)
    {
        connection?.Close(allowCommandsToComplete: false);
        connection?.Dispose();
    }

    // One pattern for all topics: there is nothing to repeat when someone begins to listen, or when a connection is new.
    private Task ListenAsync(ConnectionMultiplexer connection) => connection.GetSubscriber().SubscribeAsync(
        new RedisChannel(NoticePrefix + "*", RedisChannel.PatternMode.Pattern),
        (channel, text) =>
        {
            // While a connection is being replaced both hear; each notice is told once.
            if (connection == current)
                notices.Deliver(((string)channel!)[NoticePrefix.Length..], text!);
        }).WaitAsync(options.Bound, ending.Token);

    [LoggerMessage(LogLevel.Error, "Redis cannot be reached; what needs it is refused until it answers")]
    private static partial void LogUnreachable(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "Redis does not answer; what needs it is refused until it does")]
    private static partial void LogLost(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "Redis answers again")]
    private static partial void LogBack(ILogger logger);
}
