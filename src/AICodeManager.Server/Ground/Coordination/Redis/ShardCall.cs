using AICodeManager.Server.Ground.Coordination.Questions;
using StackExchange.Redis;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>The questions of one shard as one call of a script, and its reply as their answers.</summary>
internal sealed class ShardCall
{
    // Asked with every request: as bytes, or they would be encoded anew each time.
    private static readonly RedisValue ExactLetter = "x"u8.ToArray(), CompactLetter = "n"u8.ToArray();

    private readonly string prefix;
    private readonly List<Question> questions = [];
    private readonly List<RedisKey> keys = new(4);
    private readonly List<RedisValue> arguments;

    /// <param name="now">The node's time in Unix milliseconds; null where the shard is counted in, by Redis' own.</param>
    public ShardCall(string shard, long? now)
    {
        Shard = shard;
        prefix = PrefixOf(shard);
        Script = now is null ? ExchangeScript.Counting : ExchangeScript.Keeping;
        arguments = now is { } at ? new(12) { at, prefix } : new(18);
    }

    public ExchangeScript Script { get; }

    public string Shard { get; }

    public RedisKey[] Keys => [.. keys];

    public RedisValue[] Arguments => [.. arguments];

    /// <summary>What stands before every key of a shard; the braces make it the hash tag, so that a shard lies in one slot.</summary>
    public static string PrefixOf(string shard) => $"aicli:{{{shard}}}:";

    public void Ask(Question question)
    {
        questions.Add(question);
        switch (question)
        {
            case TouchRecord q:
                Put("T", ["r"], q.Known?.Version ?? 0);
                break;
            case ReadRecord:
                Put("R", ["r"], question.Key);
                break;
            case ListSet:
                Put("L", ["s"]);
                break;
            case OpenRecord q:
                keys.Add($"{prefix}r:{q.Key}");
                keys.Add($"{prefix}s:{q.Set}");
                Put("O", [], q.Key, q.Set, q.Data, At(q.EndsAt), (long)q.Idle.TotalMilliseconds, q.Limit, q.EvictedReason, Span(q.TombstoneFor));
                break;
            case ReplaceRecord q:
                Put("P", ["r"], q.ExpectedVersion, q.Data, q.EndsAt is { } end ? At(end) : "");
                break;
            case EndRecord q:
                Put("E", ["r"], q.Key, q.Reason, Span(q.TombstoneFor));
                break;
            case EndSet q:
                Put("S", ["s"], q.ExceptKey ?? "", q.Reason, Span(q.TombstoneFor));
                break;
            case SetMark q:
                Put("M", ["m"], At(q.Until));
                break;
            case IsMarked:
                Put("I", ["m"]);
                break;
            case Claim q:
                Put("C", ["c"], At(q.Until), q.Value, q.NotBefore is { } since ? At(since) : "");
                break;
            case Take:
                Put("K", ["c"]);
                break;
            case ReadFact q:
                Put("F", ["f"], q.Known is { } known ? known.Version : "");
                break;
            case PutFact q:
                Put("W", ["f", "g"], q.Version, q.Data, At(q.Until));
                break;
            case FenceFact q:
                Put("G", ["f", "g"], q.Least, At(q.Until));
                break;
            case CountInWindows q:
                PutWindows("N", q.Windows);
                break;
            case RefundWindows q:
                PutWindows("U", q.Windows);
                break;
            default:
                throw new InvalidOperationException($"A {question.GetType().Name} cannot be asked of Redis.");
        }
    }

    /// <summary>Gives each question its part of the reply.</summary>
    public void Answer(RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        for (var i = 0; i < questions.Count; i++)
            Answer(questions[i], parts[i]);
    }

    private static void Answer(Question question, RedisResult part)
    {
        switch (question)
        {
            case TouchRecord q:
                q.Answer = Touched(q, part);
                break;
            case ReadRecord q:
                q.Answer = Record(part);
                break;
            case ListSet q:
                q.Answer = Records(part);
                break;
            case OpenRecord q:
                q.Evicted = Records(part);
                break;
            case ReplaceRecord q:
                q.Done = (int)part == 1;
                break;
            case EndRecord q:
                q.Ended = Record(part);
                break;
            case EndSet q:
                q.Ended = Records(part);
                break;
            case IsMarked q:
                q.Answer = (int)part == 1;
                break;
            case Claim q:
                var told = (string?)part;
                (q.Granted, q.Forgotten, q.Held) = (told == "1", told == "?", told is [':', .. var held] ? held : null);
                break;
            case Take q:
                q.Answer = (string?)part;
                break;
            case ReadFact q:
                q.Answer = (string?)part switch { null => null, "=" => q.Known!.Value.Data, var text => text[1..] };
                break;
            case CountInWindows q:
                Counted(q, (RedisValue[])part!);
                break;
        }
    }

    // The very record that is known, where nothing about it has moved.
    private static StoredRecord? Touched(TouchRecord question, RedisResult part)
    {
        if (Record(part) is not { } record)
            return null;
        if (question.Known is not { } known || known.Version != record.Version)
            return record with { Key = question.Key };
        record = record with { Key = known.Key, Data = known.Data };
        return record == known ? known : record;
    }

    private void Put(string letter, ReadOnlySpan<string> kinds, params ReadOnlySpan<RedisValue> rest)
    {
        foreach (var kind in kinds)
            keys.Add($"{prefix}{kind}:{questions[^1].Key}");
        arguments.Add(letter);
        arguments.AddRange(rest);
    }

    private void PutWindows(string letter, IReadOnlyList<Window> windows)
    {
        arguments.Add(letter);
        arguments.Add(windows.Count);
        foreach (var window in windows)
        {
            // The kind is part of the name: a window that changes its kind begins anew instead of being misread.
            var exact = window.Kind == WindowKind.Exact;
            keys.Add(string.Concat(prefix, exact ? "x:" : "n:", window.Key));
            arguments.Add(window.Limit);
            arguments.Add(Span(window.Length));
            arguments.Add(window.Weight);
            arguments.Add(exact ? ExactLetter : CompactLetter);
        }
    }

    private static void Counted(CountInWindows question, RedisValue[] told)
    {
        question.Counted = (int)told[0] == 1;
        question.At = At((long)told[1]);
        for (var i = 0; i < question.States.Length; i++)
        {
            var remaining = (int)told[2 + (2 * i)];
            question.States[i] = new(
                remaining, TimeSpan.FromMilliseconds((long)told[3 + (2 * i)]), !question.Counted && remaining < question.Windows[i].Weight);
        }
    }

    private static StoredRecord? Record(RedisResult part)
    {
        if (part.IsNull)
            return null;
        var fields = (RedisValue[])part!;
        return new(
            fields[0]!, fields[1]!, (long)fields[2], At((long)fields[3]), TimeSpan.FromMilliseconds((long)fields[4]), At((long)fields[5]), fields[6]);
    }

    private static IReadOnlyList<StoredRecord> Records(RedisResult part) => [.. ((RedisResult[])part!).Select(each => Record(each)!)];

    private static long At(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long Span(TimeSpan time) => (long)time.TotalMilliseconds;
}
