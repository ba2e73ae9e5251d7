using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Conformance;

/// <summary>Copies of what the database knows, and fences that keep old ones out.</summary>
public sealed class FactTests(PostgresServer postgres, SharedRedis redis)
{
    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task The_newest_copy_stands_until_its_time(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Assert.Null(await lab.FactAsync("role"));
        await lab.AskAsync(Put(lab, 2, "two: 둘"));
        await lab.AskAsync(Put(lab, 1, "one"));
        Assert.Equal("two: 둘", await lab.FactAsync("role"));
        await lab.AskAsync(Put(lab, 2, "two again"));
        Assert.Equal("two again", await lab.FactAsync("role"));
        await lab.AskAsync(Put(lab, 10, "ten"));
        Assert.Equal("ten", await lab.FactAsync("role"));
        lab.Clock.Advance(Ask.Hour);
        Assert.Null(await lab.FactAsync("role"));
        await lab.AskAsync(Put(lab, 1, "one"));
        Assert.Equal("one", await lab.FactAsync("role"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_fenced_version_cannot_come_back(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(Put(lab, 9, "nine"));
        await lab.AskAsync(Fence(lab, 10, 30));

        Assert.Null(await lab.FactAsync("role"));
        await lab.AskAsync(Put(lab, 9, "nine, by a reader that was slow"));
        Assert.Null(await lab.FactAsync("role"));
        await lab.AskAsync(Put(lab, 10, "ten"));
        Assert.Equal("ten", await lab.FactAsync("role"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_lower_or_shorter_fence_does_not_lower_the_standing_one(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(Fence(lab, 10, 30));
        await lab.AskAsync(Fence(lab, 5, 10));

        lab.Clock.Advance(TimeSpan.FromSeconds(29));
        await lab.AskAsync(Put(lab, 9, "nine"));
        Assert.Null(await lab.FactAsync("role"));
        // After the longest transaction the database cannot give the old version any more.
        lab.Clock.Advance(TimeSpan.FromSeconds(1));
        await lab.AskAsync(Put(lab, 9, "nine"));
        Assert.Equal("nine", await lab.FactAsync("role"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Putting_old_copies_while_a_fence_rises_never_shows_them_after_it(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var putting = Enumerable.Range(0, 50).Select(i => Task.Run(() => lab.AskAsync(Put(lab, 1, $"old {i}")))).ToList();
        var fenced = Task.Run(async () =>
        {
            await lab.AskAsync(Fence(lab, 2, 30));
            return await lab.FactAsync("role");
        });
        await Task.WhenAll(putting);

        Assert.Null(await fenced);
        Assert.Null(await lab.FactAsync("role"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task The_largest_versions_are_told_apart(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(Put(lab, 1L << 53, "newest"));
        await lab.AskAsync(Put(lab, (1L << 53) - 1, "older"));
        Assert.Equal("newest", await lab.FactAsync("role"));
        await lab.AskAsync(Fence(lab, 1L << 53, 30));
        await lab.AskAsync(Put(lab, (1L << 53) - 1, "older"));
        Assert.Null(await lab.FactAsync("role"));
    }

    private static PutFact Put(CoordinationLab lab, long version, string data) =>
        new(lab.Shard, "role") { Version = version, Data = data, Until = lab.Clock.UtcNow + Ask.Hour };

    private static FenceFact Fence(CoordinationLab lab, long least, int seconds) =>
        new(lab.Shard, "role") { Least = least, Until = lab.Clock.UtcNow + TimeSpan.FromSeconds(seconds) };
}
