using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Telemetry;
using StackExchange.Redis;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>
/// Coordination through Redis 5 or later, single or Cluster: the questions of each shard are one script call, all calls
/// go out together. Redis must run with <c>noeviction</c>; what it loses in a restart of its own (sessions) must be
/// signed in for again.
/// </summary>
public sealed partial class RedisCoordination : ICoordination, IAsyncDisposable
{
    private readonly TimeProvider time;
    private readonly RedisLink link;
    private readonly NoticeBoard notices;
    private readonly ILogger<RedisCoordination> log;
    private readonly CoordinationMetrics? metrics;
    private long lastRefusalLogged;

    /// <param name="metrics">Null where nobody counts.</param>
    public RedisCoordination(RedisOptions options, TimeProvider time, ILogger<RedisCoordination> log, CoordinationMetrics? metrics = null)
    {
        (this.time, this.log, this.metrics) = (time, log, metrics);
        notices = new NoticeBoard(log);
        link = new RedisLink(options, notices, log);
    }

    /// <summary>Connects. Without an answer the server starts nevertheless, refuses what needs the store, and goes on trying.</summary>
    public Task StartAsync(CancellationToken cancel) => link.StartAsync(cancel);

    public ValueTask ExchangeAsync(IReadOnlyList<Question> questions, CancellationToken cancel)
    {
        QuestionRules.Check(questions);
        if (questions.Count == 0)
            return ValueTask.CompletedTask;
        var calls = Calls(questions);
        return new(calls.Count == 1 ? AskOneAsync(calls[0], cancel) : AskAllAsync(calls, cancel));
    }

    public async ValueTask PublishAsync(string topic, string text, CancellationToken cancel)
    {
        QuestionRules.CheckNotice(topic, text);
        var trip = new RoundTrip(metrics, "publish");
        try
        {
            await link.AskAsync(RedisLink.ChannelOf(topic), db => db.PublishAsync(RedisLink.ChannelOf(topic), text), cancel);
            trip.Ended(Outcomes.Ok);
        }
        catch (Exception fault)
        {
            trip.Ended(Outcomes.Of(fault));
            throw;
        }
    }

    public IDisposable Subscribe(string topic, Action<string> receive) => notices.Add(topic, receive);

    public Task<bool> PingAsync(CancellationToken cancel) => link.PingAsync(cancel);

    public ValueTask DisposeAsync() => link.DisposeAsync();

    private async Task AskOneAsync(ShardCall call, CancellationToken cancel) => call.Answer(await CallAsync(call, cancel));

    private async Task AskAllAsync(List<ShardCall> calls, CancellationToken cancel)
    {
        // Each is bounded by itself, so the whole is.
        var asked = new Task<RedisResult>[calls.Count];
        for (var i = 0; i < asked.Length; i++)
            asked[i] = CallAsync(calls[i], cancel);
        var replies = await Task.WhenAll(asked);
        for (var i = 0; i < calls.Count; i++)
            calls[i].Answer(replies[i]);
    }

    private async Task<RedisResult> CallAsync(ShardCall call, CancellationToken cancel)
    {
        var trip = new RoundTrip(metrics, "exchange");
        try
        {
            var reply = await AskAsync(call, cancel);
            trip.Ended(Outcomes.Ok);
            return reply;
        }
        catch (Exception fault)
        {
            trip.Ended(Outcomes.Of(fault));
            throw;
        }
    }

    private async Task<RedisResult> AskAsync(ShardCall call, CancellationToken cancel)
    {
        var (keys, arguments) = (call.Keys, call.Arguments);
        try
        {
            return await link.AskAsync(keys[0], db => db.ScriptEvaluateAsync(call.Script.Hash, keys, arguments, CommandFlags.DemandMaster), cancel);
        }
        catch (CoordinationUnavailableException refused) when (refused.InnerException is RedisServerException)
        {
            if (IsUnknownScript(refused))
            {
                // A new Redis, or its scripts were flushed: it has not run; the text brings it back.
                return await link.AskAsync(keys[0], db => db.ExecuteAsync("EVAL", Eval(call.Script, keys, arguments), CommandFlags.DemandMaster), cancel);
            }

            LogRefusal(refused.InnerException);
            throw;
        }
    }

    private static bool IsUnknownScript(CoordinationUnavailableException refused) =>
        refused.InnerException!.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    private static List<object> Eval(ExchangeScript script, RedisKey[] keys, RedisValue[] arguments) =>
        [script.Text, keys.Length, .. keys.Cast<object>(), .. arguments.Cast<object>()];

    private List<ShardCall> Calls(IReadOnlyList<Question> questions)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<ShardCall> calls = new(1);
        for (var i = 0; i < questions.Count; i++)
            CallOf(questions[i], calls, now).Ask(questions[i]);
        return calls;
    }

    private static ShardCall CallOf(Question question, List<ShardCall> calls, long now)
    {
        foreach (var call in calls)
        {
            if (call.Shard == question.Shard)
                return call;
        }

        calls.Add(new ShardCall(question.Shard, question is CountingQuestion ? null : now));
        return calls[^1];
    }

    // An outage would otherwise write a line for each request; the first of each second tells as much.
    private void LogRefusal(Exception reason)
    {
        var now = Environment.TickCount64;
        var last = Interlocked.Read(ref lastRefusalLogged);
        if (now - last >= 1000 && Interlocked.CompareExchange(ref lastRefusalLogged, now, last) == last)
            LogRefused(log, reason.Message);
    }

    [LoggerMessage(LogLevel.Error, "Redis refused an exchange: {reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
