using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Checks.Figures;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>What nodes count is kept by the hour, on both databases.</summary>
public sealed class FigureTests(PostgresServer postgres) : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IMeterFactory Meters => services.GetRequiredService<IMeterFactory>();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Rounds_of_one_hour_add_up_and_old_hours_go(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var clock = new FakeClock(new DateTimeOffset(2026, 11, 3, 9, 30, 0, TimeSpan.Zero));
        using var counter = new FigureCounter(Meters);
        var hits = Meters.Create("AICodeManager.Test").CreateCounter<long>("aicli.test.lookups");
        using var keeper = new FigureKeeper(counter, new FigureStore(database, clock), clock, NullLogger<FigureKeeper>.Instance);

        hits.Add(3, new KeyValuePair<string, object?>("cache", "hit"));
        clock.Advance(TimeSpan.FromMinutes(10));
        await keeper.TurnAsync(Cancel);
        hits.Add(2, new KeyValuePair<string, object?>("cache", "hit"));
        clock.Advance(TimeSpan.FromMinutes(20));
        await keeper.TurnAsync(Cancel);

        var sums = await FigureStore.SumsAsync(database, clock.UtcNow.AddHours(-2), Cancel);
        Assert.Equal(5, Assert.Single(sums, sum => sum.Name == "aicli.test.lookups{cache=hit}").Value);
        Assert.Equal(1_800, Assert.Single(sums, sum => sum.Name == FigureStore.Up).Value, 0.1);
        Assert.Equal(new DateTimeOffset(2026, 11, 3, 9, 0, 0, TimeSpan.Zero), await FigureStore.LastAsync(database, Cancel));
        clock.Advance(TimeSpan.FromDays(401));
        await keeper.TurnAsync(Cancel);
        Assert.DoesNotContain(await FigureStore.SumsAsync(database, DateTimeOffset.MinValue.AddYears(1970), Cancel), sum => sum.Name.StartsWith("aicli.test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_written_is_added_to_the_next_round()
    {
        await using var database = Database.Sqlite(folder.File("late.db"));
        var clock = new FakeClock();
        using var counter = new FigureCounter(Meters);
        var hits = Meters.Create("AICodeManager.Test").CreateCounter<long>("aicli.test.lookups");
        using var keeper = new FigureKeeper(counter, new FigureStore(database, clock), clock, NullLogger<FigureKeeper>.Instance);

        hits.Add(3);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => keeper.TurnAsync(Cancel));
        await Migrator.ApplyAsync(database, clock, Cancel);
        hits.Add(4);
        await keeper.TurnAsync(Cancel);

        Assert.Equal(7, Assert.Single(await FigureStore.SumsAsync(database, clock.UtcNow.AddHours(-2), Cancel), sum => sum.Name == "aicli.test.lookups").Value);
    }

    [Fact]
    public void Every_kind_of_instrument_is_understood_and_strangers_are_not_heard()
    {
        using var counter = new FigureCounter(Meters);
        var meter = Meters.Create("AICodeManager.Test");
        var (level, total) = (4L, 10L);
        meter.CreateObservableGauge("aicli.test.level", () => level);
        meter.CreateObservableCounter("aicli.test.total", () => total);
        var histogram = meter.CreateHistogram<double>("aicli.test.seconds");
        var waiting = meter.CreateUpDownCounter<long>("aicli.test.waiting");
        Meters.Create("Somebody.Else").CreateCounter<long>("other").Add(1);
        using var elsewhere = new ServiceCollection().AddMetrics().BuildServiceProvider();
        elsewhere.GetRequiredService<IMeterFactory>().Create("AICodeManager.Test").CreateCounter<long>("aicli.test.foreign").Add(1);

        histogram.Record(0.5, new KeyValuePair<string, object?>("route", "a{b}=c,d"));
        histogram.Record(1.5, new KeyValuePair<string, object?>("route", "a{b}=c,d"));
        waiting.Add(3);
        waiting.Add(-1);
        var first = Named(counter.Take());
        (level, total) = (7, 25);
        waiting.Add(5);
        var second = Named(counter.Take());

        Assert.Equal(2, first["aicli.test.seconds.count{route=a_b__c_d}"]);
        Assert.Equal(2.0, first["aicli.test.seconds.sum{route=a_b__c_d}"]);
        Assert.Equal((4, 10, 2), (first["aicli.test.level"], first["aicli.test.total"], first["aicli.test.waiting"]));
        Assert.Equal((7, 15, 7), (second["aicli.test.level"], second["aicli.test.total"], second["aicli.test.waiting"]));
        Assert.DoesNotContain(first.Keys, name => name is "other" or "aicli.test.foreign");
        Assert.DoesNotContain(second.Keys, name => name.StartsWith("aicli.test.seconds", StringComparison.Ordinal));

        static Dictionary<string, double> Named(IEnumerable<Counted> counted) =>
            counted.Where(one => !one.Name.StartsWith("aicli.model", StringComparison.Ordinal)).ToDictionary(one => one.Name, one => one.Value);
    }

    [Fact]
    public void Labels_without_end_are_counted_together()
    {
        using var counter = new FigureCounter(Meters);
        var many = Meters.Create("AICodeManager.Test").CreateCounter<long>("aicli.test.many");
        for (var i = 0; i < 1_000; i++)
            many.Add(1, new KeyValuePair<string, object?>("id", i));
        var counted = counter.Take().Where(one => one.Name.StartsWith("aicli.test.many", StringComparison.Ordinal)).ToList();
        Assert.InRange(counted.Count, 2, 301);
        Assert.Equal(1_000, counted.Sum(one => one.Value));
    }

    [Fact]
    public void Names_are_read_as_they_are_written()
    {
        var name = FigureName.Write("aicli.x", [new("b", "2"), new("a", 1)]);
        Assert.Equal("aicli.x{a=1,b=2}", name);
        Assert.Equal("2", FigureName.Read(name)!.Labels["b"]);
        Assert.Null(FigureName.Read("aicli.x{a"));
        Assert.Null(FigureName.Read("aicli.x{a}"));
    }

    public void Dispose()
    {
        services.Dispose();
        folder.Dispose();
    }
}
