using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>
/// What lies together under one shard. Every member is used under <see cref="Lock"/>; records and marks are changed only
/// by whoever holds <see cref="Gate"/> as well, because their changes wait for the database. A claim is added without
/// it, and is held in <see cref="Claims"/> from that moment: whoever has the gate holds his own there, too.
/// </summary>
internal sealed class Shard
{
    public Lock Lock { get; } = new();

    /// <summary>Held over a change from its plan to its end.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>Swept away while empty; whoever meets it looks the shard up again.</summary>
    public bool Retired { get; set; }

    public Dictionary<string, RecordEntry> Records { get; } = [];

    /// <summary>Keys of the records that may be live, by set, oldest first.</summary>
    public Dictionary<string, List<string>> Sets { get; } = [];

    public Dictionary<string, long> Marks { get; } = [];

    public Dictionary<string, ClaimEntry> Claims { get; } = [];

    public ShardFacts Facts { get; } = new();

    public BucketTable Buckets { get; } = new();

    public bool IsEmpty => Records.Count + Marks.Count + Claims.Count == 0 && Facts.IsEmpty && Buckets.IsEmpty;

    /// <summary>Answers a question that changes nothing but times of touches.</summary>
    public void Answer(Question question, long now, TouchLog touches)
    {
        switch (question)
        {
            case TouchRecord touch:
                touch.Answer = Known(touch.Key, now) is { } touched ? touches.Touch(touched, now) : null;
                break;
            case ReadRecord read:
                read.Answer = Known(read.Key, now)?.AsIs();
                break;
            case ListSet list:
                list.Answer = List(list.Key, now);
                break;
            case IsMarked mark:
                mark.Answer = Marks.TryGetValue(mark.Key, out var until) && now < until;
                break;
            case ReadFact read:
                read.Answer = Facts.Read(read.Key, now);
                break;
            case ChargeBuckets or CountMembers:
                Buckets.Answer(question, now);
                break;
            default:
                throw new InvalidOperationException($"A {question.GetType().Name} is a change.");
        }
    }

    private RecordEntry? Known(string key, long now) =>
        Records.TryGetValue(key, out var entry) && entry.IsKnown(now) ? entry : null;

    private List<StoredRecord> List(string set, long now) => !Sets.TryGetValue(set, out var keys)
        ? []
        : [.. keys.Select(key => Records[key]).Where(entry => entry.IsLive(now)).Select(entry => entry.AsIs())];
}
