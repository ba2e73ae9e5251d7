using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>What the audit keeps of a flood that no limit behind the edge ever sees.</summary>
public sealed class EdgeRecordsTests
{
    private const int Told = 1000, Sent = 1040;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no HTTP at all\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")]
    public async Task A_flood_of_refused_heads_does_not_fill_the_audit(string head)
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        await using var server = await LiveServer.StartAsync(change: services => services.AddSingleton<TimeProvider>(clock));
        await Parallel.ForAsync(0, Sent, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (_, _) => await RefusedAsync());
        clock.Advance(TimeSpan.FromMinutes(10));
        await RefusedAsync();

        await Poll.UntilAsync(async () => await CountAsync("details LIKE '%untold%'") == 1);
        Assert.Equal(Told + 1, await CountAsync("name = 'request_refused'"));
        Assert.Equal(1, await CountAsync($"details LIKE '%{Sent - Told}%'"));

        async Task RefusedAsync()
        {
            var answer = await RawHttp.SendAsync(server.Address, System.Text.Encoding.ASCII.GetBytes(head), hangUp: false, Cancel);
            Assert.InRange(answer!.Status, 400, 499);
        }

        Task<long> CountAsync(string what) => server.Database.ReadAsync(
            r => r.ScalarAsync<long>($"SELECT COUNT(*) FROM audit_events WHERE {what}"), Cancel);
    }
}
