using System.Net;
using AICodeManager.Server.FrontDoor.Attacks;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Attacks;

/// <summary>The coarse limit in front of everything: bounded, cheap, and wrong only in favour of the client.</summary>
public sealed class FloodGateTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public void A_network_that_floods_is_refused_with_when_to_come_back_and_others_are_not()
    {
        var gate = Gate(new() { ["API_RATE_LIMIT_IP"] = "100" });
        var (flood, honest) = (Network("203.0.113.7"), Network("203.0.113.8"));
        Assert.Equal(1000, Enumerable.Range(0, 5000).Count(_ => gate.Refuse(flood) is null));
        Assert.Null(gate.Refuse(honest));
        var refused = gate.Refuse(flood)!;
        Assert.Equal((429, "rate_limited", "1"), (refused.Status, refused.Code, refused.Headers!["Retry-After"]));
        Assert.Equal(1L, refused.Extensions!["retry_after"]);

        // Fifty a second go on, be it a second or an hour later.
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(50, Enumerable.Range(0, 5000).Count(_ => gate.Refuse(flood) is null));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1000, Enumerable.Range(0, 5000).Count(_ => gate.Refuse(flood) is null));
    }

    [Fact]
    public void Of_a_flood_the_audit_is_told_once_a_minute()
    {
        var gate = Gate([]);
        var told = Enumerable.Range(0, 5000).Select(_ => gate.Refuse(Network("203.0.113.7"))).Count(r => r is { Unrecorded: false });
        Assert.Equal(1, told);
        clock.Advance(TimeSpan.FromMinutes(2));
        told += Enumerable.Range(0, 5000).Select(_ => gate.Refuse(Network("203.0.113.7"))).Count(r => r is { Unrecorded: false });
        Assert.Equal(2, told);
    }

    [Fact]
    public void With_limits_off_or_high_nothing_is_refused()
    {
        var off = Gate(new() { ["API_RATE_LIMIT_ENABLED"] = "false" });
        var high = Gate(new() { ["API_RATE_LIMIT_IP"] = "10000000" });
        for (var i = 0; i < 50_000; i++)
        {
            Assert.Null(off.Refuse(Network("203.0.113.7")));
            Assert.Null(high.Refuse(Network("203.0.113.7")));
        }
    }

    [Fact]
    public void More_names_than_there_is_room_for_take_no_more_room_and_a_flood_stays_known_among_them()
    {
        var buckets = new CoarseBuckets(1, 10, 1024, clock);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var flood = 0;
        for (var i = 0; i < 200_000; i++)
        {
            buckets.TryTake((UInt128)i, out _);
            flood += i % 100 == 0 && buckets.TryTake(UInt128.MaxValue, out _) ? 1 : 0;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        // It is forgotten now and then, among two hundred names for each place; all of its requests never pass.
        Assert.InRange(flood, 10, 1999);
    }

    [Fact]
    public void Names_that_a_stranger_can_choose_do_not_share_a_bucket()
    {
        // Halves that fold to the same 32 bits, networks beside each other, and names that differ in one bit.
        List<UInt128> names = [0, UInt128.MaxValue, new(ulong.MaxValue, 0), new(0x2001_0db8_2001_0db8, 0), new(0x2001_0db9_2001_0db9, 0)];
        names.AddRange(Enumerable.Range(0, 128).Select(bit => (UInt128.One << bit) | (UInt128.One << ((bit + 32) % 128))));
        var buckets = new CoarseBuckets(1, 1, 1 << 16, clock);
        Assert.All(names.Distinct(), name => Assert.True(buckets.TryTake(name, out _)));
        Assert.All(names.Distinct(), name => Assert.False(buckets.TryTake(name, out _)));
    }

    [Fact]
    public void Many_threads_take_no_more_than_there_is()
    {
        var buckets = new CoarseBuckets(1, 1000, 64, clock);
        var taken = 0;
        Parallel.For(0, 20_000, _ =>
        {
            if (buckets.TryTake(7, out var wait))
                Interlocked.Increment(ref taken);
            else
                Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        });
        Assert.Equal(1000, taken);
    }

    private FloodGate Gate(Dictionary<string, string> environment)
    {
        using var folder = new TempFolder();
        environment["AICLI_DATA"] = folder.File("data");
        return new(ConfigurationLoader.Load(environment, folder.Path).Settings, clock);
    }

    private static ClientNetwork Network(string address) => ClientNetwork.Of(IPAddress.Parse(address));
}
