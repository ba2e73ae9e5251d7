using System.Net;
using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Attacks.Blocks;

/// <summary>What a node knows of blocks, without any store.</summary>
public sealed class BlockTableTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeClock clock = new();
    private readonly BlockTable table;

    public BlockTableTests() => table = new(clock);

    [Fact]
    public void A_block_of_everything_is_one_of_signing_in_and_not_the_other_way_round()
    {
        Assert.True(table.TryAdd(New("203.0.113.7", BlockScope.All)));
        Assert.True(table.TryAdd(New("198.51.100.0/24", BlockScope.SignIn)));
        Assert.NotNull(table.Find(Net("203.0.113.7"), BlockScope.SignIn));
        Assert.NotNull(table.Find(Net("198.51.100.9"), BlockScope.SignIn));
        Assert.Null(table.Find(Net("198.51.100.9"), BlockScope.All));
        Assert.Null(table.Find(Net("203.0.113.8"), BlockScope.SignIn));
    }

    [Fact]
    public void A_block_holds_until_its_time()
    {
        table.TryAdd(New("203.0.113.7", BlockScope.All));
        clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(table.Find(Net("203.0.113.7"), BlockScope.All));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(table.Find(Net("203.0.113.7"), BlockScope.All));
        table.Sweep();
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Of_many_who_block_the_same_one_does()
    {
        var added = 0;
        Parallel.For(0, 100, _ => Interlocked.Add(ref added, table.TryAdd(New("203.0.113.7", BlockScope.SignIn)) ? 1 : 0));
        Assert.Equal(1, added);
        Assert.True(table.TryAdd(New("203.0.113.7", BlockScope.SignIn, 2 * Minute)));
    }

    [Fact]
    public void An_old_reading_lifts_no_newer_block()
    {
        var old = New("203.0.113.7", BlockScope.All);
        table.Learn(old, lifted: false);
        table.Learn(old, lifted: true);
        Assert.Null(table.Find(Net("203.0.113.7"), BlockScope.All));

        var next = New("203.0.113.7", BlockScope.All);
        table.TryAdd(next);
        table.Learn(old, lifted: true);
        Assert.NotNull(table.Find(Net("203.0.113.7"), BlockScope.All));
    }

    [Fact]
    public void A_flood_of_blocks_is_bounded_and_the_longest_stay()
    {
        table.TryAdd(New("203.0.113.7", BlockScope.All, 60 * Minute));
        for (uint i = 0; i < BlockTable.Most + 1000; i++)
        {
            table.TryAdd(New(new IPAddress(0x0A000000 + i).ToString(), BlockScope.All));
        }

        Assert.InRange(table.Count, 1, BlockTable.Most);
        Assert.NotNull(table.Find(Net("203.0.113.7"), BlockScope.All));
    }

    [Fact]
    public void Refusals_are_told_once_a_minute_and_sign_ins_looked_at_now_and_then()
    {
        var block = New("203.0.113.7", BlockScope.SignIn);
        Assert.Equal(1, Enumerable.Range(0, 100).Count(_ => block.TakeTelling(clock.UtcNow)));
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => block.TakeLook(clock.UtcNow)));
        clock.Advance(Minute);
        Assert.Equal(1, Enumerable.Range(0, 100).Count(_ => block.TakeTelling(clock.UtcNow)));
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => block.TakeLook(clock.UtcNow)));
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, Enumerable.Range(0, 100).Count(_ => block.TakeLook(clock.UtcNow)));
    }

    private static ClientNetwork Net(string address) => ClientNetwork.Of(IPAddress.Parse(address));

    private Block New(string network, BlockScope scope, TimeSpan? length = null)
    {
        Assert.True(NetworkRange.TryParse(network, out var range));
        return new(Guid.NewGuid(), range, scope, clock.UtcNow + (length ?? Minute), clock.UtcNow);
    }
}
