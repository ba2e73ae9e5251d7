using System.Buffers;
using System.Text;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination;

/// <summary>
/// What names and texts may be, for both stores. Names become parts of Redis keys: a brace or a colon in a shard would
/// let one shard name another's keys.
/// </summary>
internal static class QuestionRules
{
    public const int MostQuestions = 64;
    public const int MostData = 16 << 10;
    public const int MostLimit = 1000;
    public const int MostWindows = 8;
    public const int MostInWindow = 10_000_000;
    public const int MostInExactWindow = 1000;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(31);

    /// <summary>Redis' scripts count in doubles: beyond 2^53 two versions could look alike.</summary>
    public const long MostVersion = 1L << 53;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    private static readonly SearchValues<char> OfShard = SearchValues.Create(Letters);
    private static readonly SearchValues<char> OfName = SearchValues.Create(Letters + ":.");
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">Something is of no accepted form; nothing may be asked.</exception>
    public static void Check(IReadOnlyList<Question> questions)
    {
        if (questions.Count > MostQuestions)
            throw new ArgumentException($"An exchange has at most {MostQuestions} questions, not {questions.Count}.", nameof(questions));
        for (var i = 0; i < questions.Count; i++)
        {
            Check(questions[i]);
            if (questions[i] is CountingQuestion)
                CountedShard(questions, questions[i].Shard);
        }
    }

    /// <exception cref="ArgumentException"/>
    public static void CheckNotice(string topic, string text)
    {
        Name(topic, 64, OfName, "topic");
        Text(text, "notice");
    }

    /// <exception cref="ArgumentException"/>
    public static void CheckTopic(string topic) => Name(topic, 64, OfName, "topic");

    private static void Check(Question question)
    {
        Name(question.Shard, 64, OfShard, "shard");
        Name(question.Key, 128, OfName, "key");
        switch (question)
        {
            case OpenRecord open:
                Name(open.Set, 128, OfName, "set");
                Text(open.Data, "data");
                Name(open.EvictedReason, 64, OfName, "reason");
                if (open.Idle < TimeSpan.FromMilliseconds(1))
                    throw new ArgumentException("The idle time must be more than nothing.");
                if (open.Limit is < 1 or > MostLimit)
                    throw new ArgumentException($"The limit must be 1 to {MostLimit}.");
                break;
            case ReplaceRecord replace:
                Text(replace.Data, "data");
                break;
            case EndRecord end:
                Name(end.Reason, 64, OfName, "reason");
                break;
            case EndSet end:
                Name(end.Reason, 64, OfName, "reason");
                if (end.ExceptKey is not null)
                    Name(end.ExceptKey, 128, OfName, "excepted key");
                break;
            case Claim claim:
                Text(claim.Value, "value");
                break;
            case PutFact put:
                Text(put.Data, "data");
                Version(put.Version);
                break;
            case FenceFact fence:
                Version(fence.Least);
                break;
            case CountInWindows count:
                Windows(count.Windows);
                break;
            case RefundWindows refund:
                Windows(refund.Windows);
                break;
        }
    }

    // Redis answers them by a script that knows no other questions, an embedded store by a table of their own.
    private static void CountedShard(IReadOnlyList<Question> questions, string shard)
    {
        for (var i = 0; i < questions.Count; i++)
        {
            if (questions[i] is not CountingQuestion && questions[i].Shard == shard)
                throw new ArgumentException("A shard in which is counted takes no other questions.", nameof(questions));
        }
    }

    private static void Windows(IReadOnlyList<Window> windows)
    {
        if (windows.Count is < 1 or > MostWindows)
            throw new ArgumentException($"Windows are 1 to {MostWindows}.");
        for (var i = 0; i < windows.Count; i++)
        {
            var window = windows[i];
            Name(window.Key, 128, OfName, "key");
            if (window.Limit < 1 || window.Limit > (window.Kind == WindowKind.Exact ? MostInExactWindow : MostInWindow))
                throw new ArgumentException($"A window holds 1 to {MostInWindow}, an exact one at most {MostInExactWindow}.");
            if (window.Length < ShortestWindow || window.Length > LongestWindow)
                throw new ArgumentException("A window is 1 ms to 31 days long.");
            if (window.Weight < 1 || window.Weight > window.Limit)
                throw new ArgumentException("A weight is 1 to the window's limit.");
            for (var j = 0; j < i; j++)
            {
                if (windows[j].Key == window.Key)
                    throw new ArgumentException("Windows of one question have different keys.");
            }
        }
    }

    // The text itself is never repeated: it may be a stranger's, or a secret.
    private static void Name(string name, int most, SearchValues<char> accepted, string what)
    {
        if (name is null || name.Length == 0 || name.Length > most || name.AsSpan().ContainsAnyExcept(accepted))
            throw new ArgumentException($"A {what} is 1 to {most} ASCII letters, digits and marks of its kind.");
    }

    private static void Version(long version)
    {
        if (version is < 0 or > MostVersion)
            throw new ArgumentException($"A version is 0 to {MostVersion}.");
    }

    // NUL cannot be stored by PostgreSQL; unpaired surrogates would not come back as they went.
    private static void Text(string text, string what)
    {
        if (text is null || text.Length > MostData || text.Contains('\0') || Strict.GetByteCount(text) > MostData)
            throw new ArgumentException($"The {what} is at most {MostData} bytes of text without NUL.");
    }
}
