using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>
/// Coordination within one process. Reading and touching take a lock and no more; what must outlast a restart is in the
/// database before the exchange ends. Only one process may use a database this way: a second would not see the first
/// one's revocations.
/// </summary>
public sealed partial class EmbeddedCoordination : ICoordination, IAsyncDisposable
{
    private static readonly Shard Nothing = new();

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly ILogger<EmbeddedCoordination> log;
    private readonly EmbeddedLimits limits;
    private readonly ConcurrentDictionary<string, Shard> shards = new();
    private readonly DurableStore store;
    private readonly TouchLog touches = new();
    private readonly FactBound facts;
    private readonly Occupancy held;
    private readonly NoticeBoard notices;
    private readonly LocalWindows windows;
    private volatile bool loaded;

    public EmbeddedCoordination(Database database, TimeProvider time, ILogger<EmbeddedCoordination> log, EmbeddedLimits? limits = null)
    {
        (this.database, this.time, this.log, this.limits) = (database, time, log, limits ?? new());
        (store, facts, held, notices) = (new(database), new(this.limits.Facts), new(this.limits), new(log));
        claims = new(store, log);
        windows = new(this.limits.Windows);
    }

    /// <summary>How long a change waits for others of its shard and for the database.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    public ValueTask ExchangeAsync(IReadOnlyList<Question> questions, CancellationToken cancel)
    {
        QuestionRules.Check(questions);
        cancel.ThrowIfCancellationRequested();
        if (!loaded)
            throw new CoordinationUnavailableException("The embedded store has not been loaded yet.");
        List<ClaimTicket>? tickets = null;
        for (var i = 0; i < questions.Count; i++)
        {
            if (!IsFirstOfItsShard(questions, i) || IsCounted(questions, i))
                continue;
            if (Changes(questions, i))
                return new(ChangeAsync(questions, i, tickets ?? [], cancel));
            if (AnswerInMemory(questions, i) is { } ticket)
                (tickets ??= new(1)).Add(ticket);
        }

        return tickets is null ? ValueTask.CompletedTask : new(FinishAsync(tickets, cancel));
    }

    public ValueTask PublishAsync(string topic, string text, CancellationToken cancel)
    {
        QuestionRules.CheckNotice(topic, text);
        cancel.ThrowIfCancellationRequested();
        notices.Deliver(topic, text);
        return ValueTask.CompletedTask;
    }

    public IDisposable Subscribe(string topic, Action<string> receive) => notices.Add(topic, receive);

    public Task<bool> PingAsync(CancellationToken cancel) => Task.FromResult(loaded);

    private async Task ChangeAsync(IReadOnlyList<Question> questions, int from, List<ClaimTicket> tickets, CancellationToken cancel)
    {
        for (var i = from; i < questions.Count; i++)
        {
            if (!IsFirstOfItsShard(questions, i) || IsCounted(questions, i))
                continue;
            if (Changes(questions, i))
                await BoundedAsync(ChangeShardAsync(questions, i), cancel);
            else if (AnswerInMemory(questions, i) is { } ticket)
                tickets.Add(ticket);
        }

        await FinishAsync(tickets, cancel);
    }

    // Whoever stops waiting leaves the change to end by itself: memory and database agree again when it has.
    private async Task BoundedAsync(Task change, CancellationToken cancel)
    {
        try
        {
            await change.WaitAsync(Patience, cancel);
        }
        catch (TimeoutException late)
        {
            throw new CoordinationUnavailableException("The change was not written in time.", late);
        }
    }

    private async Task ChangeShardAsync(IReadOnlyList<Question> questions, int first)
    {
        RefuseWithinTransaction();
        var shard = await EnterAsync(questions[first].Shard, Makes(questions, first));
        try
        {
            var mine = questions.Skip(first).Where(q => q.Shard == questions[first].Shard).ToLookup(q => q is ReadFact or PutFact or FenceFact);
            ShardDraft draft;
            List<DurableRow>? rows;
            while ((rows = Plan(questions[first].Shard, shard, mine[false], out draft, out var behind)) is null)
                await WrittenAsync(behind!, CancellationToken.None);
            if (rows.Count > 0)
                await WriteAsync(rows, shard, draft);
            lock (shard.Lock)
            {
                draft.Apply(held);
                // Facts need no plan: they lie apart from all that is planned, and only in memory.
                foreach (var question in mine[true])
                    Answer(shard, question, draft.Now);
            }
        }
        finally
        {
            shard.Gate.Release();
        }

        facts.Trim();
    }

    /// <summary>What is to be written; null: to be planned again when what is on its way has been written.</summary>
    private List<DurableRow>? Plan(string name, Shard shard, IEnumerable<Question> questions, out ShardDraft draft, out ClaimTicket? behind)
    {
        lock (shard.Lock)
        {
            draft = new ShardDraft(name, shard, Now(), touches);
            behind = Settle(shard, questions);
            if (behind is not null)
                return null;
            foreach (var question in questions)
                draft.Ask(question);
            var rows = draft.Rows(held);
            draft.Reserve(held);
            return rows;
        }
    }

    private async Task WriteAsync(List<DurableRow> rows, Shard shard, ShardDraft draft)
    {
        try
        {
            await store.WriteAsync(rows);
        }
        catch (Exception fault)
        {
            LogUnwritten(log, fault);
            lock (shard.Lock)
                draft.Abandon();
            throw new CoordinationUnavailableException("The change could not be written.", fault);
        }
    }

    /// <summary>Whether a shard is counted in; then it is answered.</summary>
    private bool IsCounted(IReadOnlyList<Question> questions, int first)
    {
        if (questions[first] is not CountingQuestion)
            return false;
        windows.Answer(questions, first, Now());
        return true;
    }

    private ClaimTicket? AnswerInMemory(IReadOnlyList<Question> questions, int first)
    {
        if (Claims(questions, first))
            return ClaimInMemory(questions, first);
        var now = Now();
        var puts = Puts(questions, first);
        while (true)
        {
            // What only reads makes no shard: strangers' names would fill the memory.
            var shard = Find(questions[first].Shard, make: puts);
            lock (shard.Lock)
            {
                if (shard.Retired)
                    continue;
                for (var i = first; i < questions.Count; i++)
                {
                    if (questions[i].Shard == questions[first].Shard)
                        Answer(shard, questions[i], now);
                }
            }

            break;
        }

        if (puts)
            facts.Trim();
        return null;
    }

    private void Answer(Shard shard, Question question, long now)
    {
        switch (question)
        {
            case PutFact put:
                if (shard.Facts.Put(put.Key, put.Version, put.Data, put.Until.ToUnixTimeMilliseconds(), now) is { } added)
                    facts.Add(shard, put.Key, added);
                break;
            case FenceFact fence:
                var before = shard.Facts.Fences;
                if (!shard.Facts.HasFence(fence.Key))
                    held.DemandFence();
                shard.Facts.Raise(fence.Key, fence.Least, fence.Until.ToUnixTimeMilliseconds(), now);
                held.AddFences(shard.Facts.Fences - before);
                break;
            default:
                shard.Answer(question, now, touches);
                break;
        }
    }

    private Shard Find(string name, bool make) =>
        shards.TryGetValue(name, out var shard) ? shard : make ? shards.GetOrAdd(name, static _ => new Shard()) : Nothing;

    /// <summary>The shard with its gate held; an empty one of the caller's own where there is none and none is to be made.</summary>
    private async Task<Shard> EnterAsync(string name, bool make)
    {
        while (true)
        {
            var shard = Find(name, make);
            if (shard == Nothing)
                shard = new Shard();
            if (!await shard.Gate.WaitAsync(Patience))
                throw new CoordinationUnavailableException("Too many changes wait for the same shard.");
            lock (shard.Lock)
            {
                if (!shard.Retired)
                    return shard;
            }

            shard.Gate.Release();
        }
    }

    private static bool IsFirstOfItsShard(IReadOnlyList<Question> questions, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (questions[i].Shard == questions[index].Shard)
                return false;
        }

        return true;
    }

    // It would wait for the write lock that its own caller holds.
    private void RefuseWithinTransaction()
    {
        if (database.IsWritingHere)
            throw new InvalidOperationException("Within a database transaction only facts and reads may be asked.");
    }

    /// <summary>Whether more than claims is to be written: it is planned first and holds the gate.</summary>
    private static bool Changes(IReadOnlyList<Question> questions, int first)
    {
        for (var i = first; i < questions.Count; i++)
        {
            if (questions[i] is OpenRecord or ReplaceRecord or EndRecord or EndSet or SetMark or Take
                && questions[i].Shard == questions[first].Shard)
                return true;
        }

        return false;
    }

    private static bool Makes(IReadOnlyList<Question> questions, int first)
    {
        for (var i = first; i < questions.Count; i++)
        {
            if (questions[i] is OpenRecord or SetMark or Claim or PutFact or FenceFact && questions[i].Shard == questions[first].Shard)
                return true;
        }

        return false;
    }

    private static bool Puts(IReadOnlyList<Question> questions, int first)
    {
        for (var i = first; i < questions.Count; i++)
        {
            if (questions[i] is PutFact or FenceFact && questions[i].Shard == questions[first].Shard)
                return true;
        }

        return false;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(LogLevel.Error, "A change of sessions or revocations could not be written and was refused")]
    private static partial void LogUnwritten(ILogger logger, Exception fault);
}
