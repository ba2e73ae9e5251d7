using AICodeManager.Server.Keeping.Audit.Reading;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Audit.Reading;

/// <summary>The same question put to a database and to events in memory has the same answer, whatever is combined.</summary>
public sealed class FilterTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly string[] Names = ["login", "login_failed", "logout", "request_refused"];
    private static readonly string[] Outcomes = ["success", "refused", "failure"];
    private static readonly string?[] Addresses = [null, "203.0.113.7", "203.0.113.70", "203.0.114.7", "10.1.2.3", "2001:db8:1:2::5", "2001:db8:1:20::5", "::1"];

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_database_and_the_memory_agree_on_every_combination(string kind)
    {
        using var folder = new TempFolder();
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var random = new Random(6);
        var ids = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid().ToString("D")).ToArray();
        var all = Enumerable.Range(0, 250).Select(n => Events.At(Events.Start.AddMilliseconds(random.Next(0, 10_000)), Pick(Names)) with
        {
            Outcome = Pick(Outcomes), ActorId = Maybe(ids), SessionId = Maybe(ids), KeyId = Maybe(ids), RequestId = Pick(ids), Address = Pick(Addresses),
            ResourceType = Maybe(["user", "route"]), ResourceId = Maybe([.. ids, "GET /api/v1/x'y", "50%"]),
        }).OrderBy(entry => entry.Id, StringComparer.Ordinal).ToList();
        await Events.AddAsync(database, all);
        var source = new DatabaseAuditSource(database);

        var found = 0;
        for (var n = 0; n < 150; n++)
        {
            var filter = new AuditFilter
            {
                From = random.Next(3) == 0 ? Events.Start.AddMilliseconds(random.Next(10_000)) : null,
                To = random.Next(3) == 0 ? Events.Start.AddMilliseconds(random.Next(10_000)) : null,
                Names = random.Next(2) == 0 ? [] : [.. Names.Take(random.Next(1, 3))],
                Outcome = random.Next(3) == 0 ? Pick(Outcomes) : null,
                Actor = Rarely(ids), Session = Rarely(ids), Key = Rarely(ids), Request = Rarely(ids),
                Address = random.Next(3) == 0
                    ? AddressFilter.Parse(Pick(["203.0.113.7", "203.0.113.0/24", "203.0.112.0/22", "203.0.113.64/26", "2001:db8:1:2::/64", "10.0.0.0/8", "::1"]))!
                    : null,
                ResourceType = Rarely(["user", "route"]), ResourceId = Rarely([ids[0], "GET /api/v1/x'y", "50%", "%"]),
            };
            var expected = all.Where(filter.Matches).Select(entry => entry.Id).ToList();
            Assert.Equal(expected, (await source.NextAsync(filter, null, oldestFirst: true, 1_000, Cancel)).Entries.Select(entry => entry.Id));
            Assert.Equal(new AuditCount(expected.Count, false), await source.CountAsync(filter, 1_000, Cancel));
            Assert.Equal(new AuditCount(Math.Min(2, expected.Count), expected.Count > 2), await source.CountAsync(filter, 2, Cancel));
            found += expected.Count;
        }

        Assert.True(found > 500, $"Only {found} were found: the filters are too narrow to show anything.");

        T Pick<T>(T[] from) => from[random.Next(from.Length)];
        string? Maybe(string[] from) => random.Next(3) == 0 ? null : Pick(from);
        string? Rarely(string[] from) => random.Next(8) == 0 ? Pick(from) : null;
    }

    [Fact]
    public async Task Each_filter_finds_its_index()
    {
        using var folder = new TempFolder();
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        foreach (var filter in (AuditFilter[])
        [
            new() { From = Events.Start }, new() { To = Events.Start }, new() { Names = ["login"] }, new() { Outcome = "failure" }, new() { Actor = "x" }, new() { Session = "x" },
            new() { Key = "x" }, new() { Request = "x" }, new() { Address = AddressFilter.Parse("192.0.2.1") }, new() { ResourceId = "x" },
        ])
        {
            var (where, parameters) = filter.Where();
            var plan = await database.ReadAsync(
                r => r.QueryAsync<Step>($"EXPLAIN QUERY PLAN SELECT * FROM audit_events WHERE {where} ORDER BY id DESC LIMIT 50", parameters), Cancel);
            Assert.True(plan.All(step => step.Detail.StartsWith("SEARCH audit_events USING INDEX", StringComparison.Ordinal)), $"{where}: {string.Join("; ", plan.Select(step => step.Detail))}");
        }
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", "203.0.113.70")]
    [InlineData("203.0.113.0/24", "203.0.113.255", "203.0.11.3")]
    [InlineData("203.0.113.77/24", "203.0.113.0", "203.0.114.0")]
    [InlineData("203.0.112.0/23", "203.0.113.1", "203.0.114.1")]
    [InlineData("203.0.113.128/25", "203.0.113.128", "203.0.113.127")]
    [InlineData("203.0.113.7/32", "203.0.113.7", "203.0.113.8")]
    [InlineData("10.0.0.0/8", "10.255.255.255", "100.0.0.1")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.8")]
    [InlineData("2001:DB8:1:2:0::5", "2001:db8:1:2::5", "2001:db8:1:2::6")]
    [InlineData("2001:db8:1:2::/64", "2001:db8:1:2::", "2001:db8:1:20::1")]
    [InlineData("2001:db8::/32", "2001:db8::1", "2001:db80::1")]
    public void A_network_holds_what_is_in_it_and_nothing_else(string network, string inside, string outside)
    {
        var filter = AddressFilter.Parse(network)!;
        Assert.True(filter.Matches(inside));
        Assert.False(filter.Matches(outside));
        Assert.False(filter.Matches(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData("203.0.113")]
    [InlineData("203.0.113.0/7")]
    [InlineData("203.0.113.0/33")]
    [InlineData("203.0.113.0/+8")]
    [InlineData("203.0.113.0/24/24")]
    [InlineData("2001:db8:0:1::/64")]
    [InlineData("2001:db8:1::/49")]
    [InlineData("fe80::1%eth0")]
    [InlineData("203.0.113.%")]
    public void Cannot_ask_for_what_is_no_address(string text) => Assert.Null(AddressFilter.Parse(text));

    private sealed record Step
    {
        public string Detail { get; init; } = "";
    }
}
