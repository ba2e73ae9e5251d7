using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Conformance;

/// <summary>Several questions together, questions of a hostile form, and notices.</summary>
public sealed class ExchangeTests(PostgresServer postgres, SharedRedis redis)
{
    private static readonly DateTimeOffset Later = DateTimeOffset.MaxValue;

    private static readonly string[] HostileShards = ["", "a:b", "a}b", "{a}", "a b", "ä", "a\n", "a.b", new('x', 65)];

    private static readonly string[] HostileKeys = ["", "a b", "a}", "*", "a\0", "키", "a/b", "a\r\nDEL x", new('x', 129)];

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Questions_of_one_shard_are_answered_in_order(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var (before, open, touch) = (new TouchRecord(lab.Shard, "a"), lab.Opening("a"), new TouchRecord(lab.Shard, "a"));
        var (replace, end, after) = (new ReplaceRecord(lab.Shard, "a") { ExpectedVersion = 1, Data = "new" }, Ask.Ending(lab.Shard, "a"), new ReadRecord(lab.Shard, "a"));
        var (list, claim, second, take) = (new ListSet(lab.Shard, "sessions"), Claiming(lab, "v"), Claiming(lab, "w"), new Take(lab.Shard, "c"));
        var (mark, marked, put, fact) = (new SetMark(lab.Shard, "m") { Until = Later }, new IsMarked(lab.Shard, "m"), Putting(lab, "f"), new ReadFact(lab.Shard, "f"));
        await lab.Store.ExchangeAsync([before, open, touch, list, replace, end, after, claim, second, take, mark, marked, put, fact], CoordinationLab.Cancel);

        Assert.Null(before.Answer);
        Assert.Equal(1, touch.Answer!.Version);
        Assert.Equal("a", Assert.Single(list.Answer).Key);
        Assert.True(replace.Done);
        Assert.Equal(("new", 2), (end.Ended!.Data, end.Ended.Version));
        Assert.Equal("signed_out", after.Answer!.Ended);
        Assert.True(claim.Granted);
        Assert.False(second.Granted);
        Assert.Equal("v", take.Answer);
        Assert.True(marked.Answer);
        Assert.Equal("f", fact.Answer);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task One_exchange_asks_many_shards(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        string[] shards = [.. Enumerable.Range(0, 20).Select(i => $"{lab.Shard}-{i}")];
        Question[] changes = [.. shards.SelectMany(s => (Question[])[Ask.Opening(s, "a", lab.Clock.UtcNow, s), new SetMark(s, "m") { Until = Later }])];
        await lab.Store.ExchangeAsync(changes, CoordinationLab.Cancel);

        TouchRecord[] touches = [.. shards.Select(s => new TouchRecord(s, "a"))];
        IsMarked[] marks = [.. shards.Reverse().Select(s => new IsMarked(s, "m"))];
        await lab.Store.ExchangeAsync([.. touches, .. marks], CoordinationLab.Cancel);
        Assert.Equal(shards, touches.Select(t => t.Answer!.Data));
        Assert.All(marks, m => Assert.True(m.Answer));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Nobody_sees_half_of_an_exchange(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var seen = Task.Run(async () =>
        {
            while (true)
            {
                var (mark, record) = (new IsMarked(lab.Shard, "m"), new ReadRecord(lab.Shard, "z"));
                await lab.Store.ExchangeAsync([mark, record], CoordinationLab.Cancel);
                Assert.Equal(mark.Answer, record.Answer is not null);
                if (mark.Answer)
                    return;
            }
        }, CoordinationLab.Cancel);
        await lab.Store.ExchangeAsync([new SetMark(lab.Shard, "m") { Until = Later }, lab.Opening("y"), lab.Opening("z")], CoordinationLab.Cancel);
        await seen.WaitAsync(TimeSpan.FromSeconds(30), CoordinationLab.Cancel);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Cannot_ask_with_names_or_texts_of_a_hostile_form(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Question[] wrong =
        [
            .. HostileShards.Select(s => new ReadRecord(s, "a")),
            .. HostileKeys.Select(k => new IsMarked(lab.Shard, k)),
            .. HostileKeys.Select(k => lab.Opening("a", set: k)),
            lab.Opening("a", new string('x', (16 << 10) + 1)), lab.Opening("a", new string('가', 6000)), lab.Opening("a", "\0"), lab.Opening("a", "\ud800"),
            lab.Opening("a", limit: 0), lab.Opening("a", limit: 1001), lab.Opening("a", idle: TimeSpan.Zero),
            new EndRecord(lab.Shard, "a") { Reason = "because of this", TombstoneFor = Ask.Hour },
            new EndSet(lab.Shard, "a") { ExceptKey = "*", Reason = "x", TombstoneFor = Ask.Hour },
            new Claim(lab.Shard, "a") { Value = new string('x', 20_000), Until = Later },
            new PutFact(lab.Shard, "a") { Version = -1, Data = "", Until = Later },
            new FenceFact(lab.Shard, "a") { Least = (1L << 53) + 1, Until = Later },
        ];
        foreach (var question in wrong)
        {
            // Nothing is asked, not even what is right and stands before it.
            await Assert.ThrowsAnyAsync<ArgumentException>(() =>
                lab.Store.ExchangeAsync([new SetMark(lab.Shard, "first") { Until = Later }, question], CoordinationLab.Cancel).AsTask());
        }

        await Assert.ThrowsAsync<ArgumentException>(() =>
            lab.Store.ExchangeAsync([.. Enumerable.Range(0, 65).Select(_ => new IsMarked(lab.Shard, "a"))], CoordinationLab.Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => lab.Store.PublishAsync("a b", "x", CoordinationLab.Cancel).AsTask());
        Assert.False(await lab.MarkedAsync("first"));
        await lab.Store.ExchangeAsync([], CoordinationLab.Cancel);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_notice_reaches_who_listens_to_its_topic_and_a_receiver_that_throws_keeps_it_from_nobody(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var topic = $"t-{lab.Shard[..8]}";
        var heard = new TaskCompletionSource<string>();
        using var broken = lab.Store.Subscribe(topic, _ => throw new InvalidOperationException("a receiver's fault"));
        using var other = lab.Store.Subscribe(topic + "x", _ => heard.TrySetResult("the wrong topic"));
        using (lab.Store.Subscribe(topic, _ => heard.TrySetResult("one that has left")))
        {
        }

        using var receiver = lab.Store.Subscribe(topic, text => heard.TrySetResult(text));
        await lab.Store.PublishAsync(topic, "소식", CoordinationLab.Cancel);
        Assert.Equal("소식", await heard.Task.WaitAsync(TimeSpan.FromSeconds(10), CoordinationLab.Cancel));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_request_that_was_given_up_asks_nothing(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            lab.Store.ExchangeAsync([new SetMark(lab.Shard, "m") { Until = Later }], new CancellationToken(true)).AsTask());
        Assert.False(await lab.MarkedAsync("m"));
        Assert.True(await lab.Store.PingAsync(CoordinationLab.Cancel));
    }

    private static Claim Claiming(CoordinationLab lab, string value) => new(lab.Shard, "c") { Value = value, Until = lab.Clock.UtcNow + Ask.Hour };

    private static PutFact Putting(CoordinationLab lab, string key) => new(lab.Shard, key) { Version = 1, Data = key, Until = lab.Clock.UtcNow + Ask.Hour };
}
