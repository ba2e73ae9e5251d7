using System.Net;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>Answers that take long end with what let them in, even when no notice comes.</summary>
public sealed class SessionWatchTests
{
    private const string Email = "user1@example.com";

    // While the answer is under way, something happens that sends no notice; then the watch is asked.
    private static async Task<string> WatchAsync(Func<IServiceProvider, CurrentSession, string, CancellationToken, Task> happen)
    {
        await using var server = await LiveServer.StartAsync(change: Visitor.Addresses, routes: routes => routes.MapGet(
            "/watched", async (HttpContext context, CurrentSession current, SessionWatches watches, CancellationToken cancel) =>
            {
                using var watch = watches.Of(context);
                await happen(context.RequestServices, current, context.Request.Headers.Authorization.ToString()["Bearer ".Length..], cancel);
                return Results.Text(await watch.StillLivesAsync(cancel) ? "lives" : "over");
            }).NeedsSignIn());
        await server.SignUpAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        var answer = await visitor.GetAsync("/watched");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Text;
    }

    [Fact]
    public async Task It_goes_on_while_nothing_happens() =>
        Assert.Equal("lives", await WatchAsync((_, _, _, _) => Task.CompletedTask));

    [Fact]
    public async Task It_ends_with_the_epoch_of_its_user_although_the_copy_is_gone() =>
        Assert.Equal("over", await WatchAsync((services, current, _, cancel) =>
            services.GetRequiredService<StandingStore>().ChangeAsync(current.User.Id, endSessions: true, _ => Task.FromResult(0), cancel)));

    [Fact]
    public async Task It_ends_with_the_access_token_that_began_it() =>
        Assert.Equal("over", await WatchAsync((services, current, text, _) =>
        {
            var token = services.GetRequiredService<Server.FrontDoor.Tokens.AccessTokens>().Read(text).Token!.Value;
            return services.GetRequiredService<SessionStore>().RevokeTokenAsync(token, Server.Ground.Http.RequestOrigin.System);
        }));
}
