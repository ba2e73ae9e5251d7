using System.Net;
using System.Net.Sockets;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>What a server that is being stopped does to those who are still there.</summary>
public sealed class ShutdownTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_that_run_end_well_and_new_ones_are_refused()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var server = await LiveServer.StartAsync(
            routes: routes => routes.MapGet("/slow", async (HttpContext context) =>
            {
                begun.SetResult();
                await go.Task.WaitAsync(context.RequestAborted);
                return "done";
            }).OpenToAll());
        using var http = new HttpClient { BaseAddress = server.Address };
        var running = http.GetAsync("/slow", Cancel);
        await begun.Task;

        // As SIGTERM does first; the listener still stands.
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var refused = await RawHttp.SendAsync(server.Address, RawHttp.Request("GET", "/healthz"), hangUp: false, Cancel);
        Assert.Equal((503, "server_stopping", "5"), (refused!.Status, refused.Code, refused.Headers["Retry-After"]));

        var stop = server.DisposeAsync().AsTask();
        go.SetResult();
        using var answer = await running;
        Assert.Equal((HttpStatusCode.OK, "done"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        await stop;
        using var late = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(server.Address.Host, server.Address.Port, Cancel).AsTask());
    }

    [Fact]
    public async Task Event_streams_end_whole_and_say_when_to_come_again()
    {
        var server = await LiveServer.StartAsync(new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" });
        var user = await server.SignUpAsync();
        var id = (await user.GetAsync("auth/me")).GetProperty("id").GetGuid();
        var scene = await AccessScene.NewAsync(server, id, new Dictionary<Guid, Membership> { [id] = Membership.Owner });
        await server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE tasks SET state = 'running' WHERE id = @Task", scene), Cancel);
        using var stream = await user.Http.GetAsync($"/api/v1/tasks/{scene.Task}/events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        var stop = server.DisposeAsync().AsTask();
        // Whole: a broken connection would throw here.
        Assert.EndsWith("retry: 1000\n: the server is being stopped\n\n", await stream.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await stop;
    }
}
