using AICodeManager.Server.Ground.Coordination.Embedded;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Tests.Ground.Coordination.Embedded;

/// <summary>A flood of names costs bounded memory, and drives out what weighs least.</summary>
public sealed class BucketTableTests
{
    [Fact]
    public void Names_are_bounded_and_the_fullest_buckets_stay()
    {
        var table = new BucketTable(most: 100);
        table.Answer(new ChargeBuckets("s", [new Bucket("guessed", 5, TimeSpan.FromMinutes(1), 5)]), now: 0);
        for (var i = 0; i < 10_000; i++)
            table.Answer(new ChargeBuckets("s", [new Bucket($"once-{i}", 5, TimeSpan.FromMinutes(1))]), now: 0);
        Assert.InRange(table.Count, 1, 100);
        var guessed = new ChargeBuckets("s", [new Bucket("guessed", 5, TimeSpan.FromMinutes(1))]);
        table.Answer(guessed, now: 0);
        Assert.Equal(0, guessed.Full);
    }

    [Fact]
    public void What_is_over_is_swept()
    {
        var table = new BucketTable();
        table.Answer(new ChargeBuckets("s", [new Bucket("a", 5, TimeSpan.FromMinutes(1))]), now: 0);
        table.Answer(new CountMembers("s", "b") { Member = "m", Change = MemberChange.Add, Window = TimeSpan.FromMinutes(1), Most = 5 }, now: 0);
        table.Sweep(now: 59_999);
        Assert.Equal(2, table.Count);
        table.Sweep(now: 60_000);
        Assert.True(table.IsEmpty);
    }
}
