using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Conformance;

/// <summary>Buckets that drip and members of sliding windows behave alike in every store.</summary>
public sealed class BucketTests(PostgresServer postgres, SharedRedis redis)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Of_many_charges_at_once_as_many_get_in_as_there_is_room(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var tries = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => lab.AskAsync(Charging(lab, new Bucket("a", 5, Minute))))));
        Assert.Equal(5, tries.Count(t => t.Full is null));
        Assert.All(tries, t => Assert.Equal(t.Full is null ? TimeSpan.Zero : Minute, t.Wait));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task One_unit_drips_out_in_its_time_and_no_sooner(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var bucket = new Bucket("a", 2, Minute);
        Assert.Equal(Minute, (await lab.AskAsync(Charging(lab, bucket))).Debts[0]);
        Assert.Equal(2 * Minute, (await lab.AskAsync(Charging(lab, bucket))).Debts[0]);
        lab.Clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        var full = await lab.AskAsync(Charging(lab, bucket));
        Assert.Equal((0, TimeSpan.FromMilliseconds(1)), (full.Full, full.Wait));
        lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null((await lab.AskAsync(Charging(lab, bucket))).Full);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task All_are_charged_or_none(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var (wide, narrow) = (new Bucket("wide", 10, Minute), new Bucket("narrow", 1, Minute));
        Assert.Null((await lab.AskAsync(Charging(lab, wide, narrow))).Full);
        var refused = await lab.AskAsync(Charging(lab, wide, narrow));
        Assert.Equal(1, refused.Full);
        Assert.Equal([Minute, Minute], refused.Debts);
        Assert.Equal([Minute], (await lab.AskAsync(Charging(lab, wide with { Cost = 0 }))).Debts);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task What_is_given_back_is_room_again_and_never_more_than_that(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var bucket = new Bucket("a", 1, Minute);
        await lab.AskAsync(Charging(lab, bucket));
        var (first, second) = (Charging(lab, bucket with { Cost = -5 }), Charging(lab, bucket with { Cost = -5 }));
        await Task.WhenAll(lab.AskAsync(first), lab.AskAsync(second));
        // Of two who empty it one is told what was in it.
        Assert.Equal([TimeSpan.Zero, Minute], new[] { first.Before[0], second.Before[0] }.Order());
        Assert.Null((await lab.AskAsync(Charging(lab, bucket))).Full);
        Assert.Equal(0, (await lab.AskAsync(Charging(lab, bucket))).Full);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_forced_charge_fills_to_the_brim(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var bucket = new Bucket("a", 3, Minute, 10, Force: true);
        Assert.Equal([3 * Minute], (await lab.AskAsync(Charging(lab, bucket))).Debts);
        Assert.Equal([3 * Minute], (await lab.AskAsync(Charging(lab, bucket with { Burst = 1 }))).Debts);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Different_members_are_counted_while_they_are_in_the_window(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Assert.Equal((false, 1), await SeeAsync(lab, "a"));
        Assert.Equal((true, 1), await SeeAsync(lab, "a"));
        lab.Clock.Advance(Minute / 2);
        Assert.Equal((false, 2), await SeeAsync(lab, "b"));
        lab.Clock.Advance(Minute / 2);
        Assert.Equal((false, 1), await SeeAsync(lab, "a", MemberChange.None));
        Assert.Equal((true, 0), await SeeAsync(lab, "b", MemberChange.Remove));
        Assert.Equal((false, 0), await SeeAsync(lab, "", MemberChange.None));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task No_more_members_are_kept_than_were_asked_for_the_latest_ones(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        foreach (var member in (string[])["a", "b", "c", "d", "e"])
        {
            await SeeAsync(lab, member);
            lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal((false, 4), await SeeAsync(lab, "a", MemberChange.None));
        Assert.Equal((true, 4), await SeeAsync(lab, "b", MemberChange.None));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Buckets_go_along_with_other_questions_of_their_shard(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var (charge, mark) = (Charging(lab, new Bucket("a", 1, Minute)), new IsMarked(lab.Shard, "m"));
        var set = new SetMark(lab.Shard, "m") { Until = lab.Clock.UtcNow + Minute };
        await lab.Store.ExchangeAsync([mark, charge, set], CoordinationLab.Cancel);
        Assert.Null(charge.Full);
        Assert.False(mark.Answer);
        Assert.True(await lab.MarkedAsync("m"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Cannot_ask_for_what_no_store_holds(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        foreach (var wrong in (Bucket[])[new("a b", 1, Minute), new("a", 0, Minute), new("a", 1, TimeSpan.Zero), new("a", 1, Minute, 2_000_000)])
            await Assert.ThrowsAsync<ArgumentException>(() => lab.AskAsync(Charging(lab, wrong)));
        await Assert.ThrowsAsync<ArgumentException>(() => lab.AskAsync(Charging(lab, new Bucket("a", 1, Minute), new Bucket("a", 2, Minute))));
        await Assert.ThrowsAsync<ArgumentException>(() => lab.AskAsync(new CountMembers(lab.Shard, "s") { Change = MemberChange.Add, Window = Minute, Most = 4 }));
    }

    private static ChargeBuckets Charging(CoordinationLab lab, params Bucket[] buckets) => new(lab.Shard, buckets);

    private static async Task<(bool Known, int Count)> SeeAsync(CoordinationLab lab, string member, MemberChange change = MemberChange.Add)
    {
        var seen = await lab.AskAsync(new CountMembers(lab.Shard, "set") { Member = member, Change = change, Window = Minute, Most = 4 });
        return (seen.Known, seen.Count);
    }
}
