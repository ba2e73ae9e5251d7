using System.Text.Json;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Embedded;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Coordination.Redis;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Ground.Coordination;

/// <summary>The room in the whole server: chosen by configuration, loaded before the first request, told of by its health.</summary>
public sealed class RoomTests(SharedRedis redis)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_Redis_the_store_is_embedded_and_ready()
    {
        await using var server = await LiveServer.StartAsync();
        var store = server.Services.GetRequiredService<ICoordination>();
        Assert.IsType<EmbeddedCoordination>(store);
        await store.ExchangeAsync([new SetMark("u", "m") { Until = DateTimeOffset.MaxValue }], Cancel);
        Assert.Equal("ok", await PartAsync(server));
    }

    [Fact]
    public async Task With_a_Redis_it_is_there()
    {
        await using var server = await LiveServer.StartAsync(Environment($"redis://127.0.0.1:{redis.Server.Port}/0"));
        Assert.IsType<RedisCoordination>(server.Services.GetRequiredService<ICoordination>());
        Assert.Equal("ok", await PartAsync(server));
    }

    [Fact]
    public async Task A_server_whose_Redis_is_away_starts_is_not_ready_and_says_which_part()
    {
        await using var away = await RedisServer.StartAsync();
        await away.KillAsync();
        await using var server = await LiveServer.StartAsync(Environment($"redis://127.0.0.1:{away.Port}/0"));
        Assert.Equal("failed", await PartAsync(server));
        Assert.Equal(200, (int)(await server.Anonymous().Http.GetAsync("/healthz", Cancel)).StatusCode);

        await away.RestartAsync();
        await Poll.UntilAsync(async () => await PartAsync(server) == "ok");
    }

    [Fact]
    public async Task A_request_that_needs_the_store_while_it_is_away_is_told_to_come_again()
    {
        using var services = new ServiceCollection().AddSingleton(new RefusalFunnel([])).BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = new MemoryStream() } };
        var faults = new FaultsLayer(
            _ => throw new CoordinationUnavailableException("Redis at 10.0.0.7 does not answer."),
            services.GetRequiredService<RefusalFunnel>(), TimeProvider.System, NullLogger<FaultsLayer>.Instance);
        await faults.InvokeAsync(context);

        context.Response.Body.Position = 0;
        var problem = (await JsonDocument.ParseAsync(context.Response.Body, cancellationToken: Cancel)).RootElement;
        Assert.Equal((503, "1"), (context.Response.StatusCode, context.Response.Headers.RetryAfter.ToString()));
        Assert.Equal("coordination_unavailable", problem.GetProperty("code").GetString());
        Assert.DoesNotContain("10.0.0.7", problem.ToString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Environment(string url) =>
        new() { ["SESSION_REDIS_URL"] = url, ["SESSION_REDIS_PASSWORD"] = RedisServer.Password };

    private static async Task<string?> PartAsync(LiveServer server)
    {
        using var answer = await server.Anonymous().Http.GetAsync("/readyz", Cancel);
        var parts = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("parts");
        return parts.GetProperty("coordination").GetProperty("status").GetString();
    }
}
