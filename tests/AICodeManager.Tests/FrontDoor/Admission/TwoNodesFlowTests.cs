using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Access;
using AICodeManager.Tests.FrontDoor.Accounts.Passkeys;
using AICodeManager.Tests.FrontDoor.Accounts.Providers;
using AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Admission;

/// <summary>What is begun on one node and finished on the other: keys, streams, ceremonies, flows.</summary>
public sealed class TwoNodesFlowTests(PostgresServer postgres, SharedRedis redis)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_one_node_makes_serves_on_the_other()
    {
        await using var nodes = await TwoNodes.StartAsync(postgres, redis.Server, "jwt:\n  algorithm: ES256\n");
        var admin = await nodes.A.SignUpAsync("admin");
        var email = await nodes.RegisterAsync();
        using var early = new Visitor(nodes.A);
        await early.SignInAsync(email, "api");
        using var earlyThere = early.At(nodes.B);
        Assert.Equal((200, null), (await earlyThere.GetAsync("auth/me")).Outcome);

        // Planned: the new one signs after five minutes, and the other node knows it by the first token that names it.
        var planned = await admin.PostAsync("admin/signing-keys/rotate", new { });
        nodes.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        using var late = new Visitor(nodes.A);
        await late.SignInAsync(email, "api");
        Assert.Equal(planned.GetProperty("key_id").GetString(), KeyOf(late.Token!));
        using var lateThere = late.At(nodes.B);
        Assert.Equal((200, null), (await lateThere.GetAsync("auth/me")).Outcome);
        Assert.Equal((200, null), (await earlyThere.GetAsync("auth/me")).Outcome);

        // A session's end asks for no key: it is in force at once.
        Assert.Equal(204, (int)(await late.PostAsync("auth/logout")).Status);
        Assert.Equal((401, "session_ended"), (await lateThere.GetAsync("auth/me")).Outcome);

        // Compromised: with the first token of the successor, every earlier one is refused on the other node, too.
        await admin.PostAsync("admin/signing-keys/rotate", new { compromised = true });
        nodes.Clock.Advance(TimeSpan.FromSeconds(6));
        using var after = new Visitor(nodes.A);
        await after.SignInAsync(email, "api");
        using var afterThere = after.At(nodes.B);
        Assert.Equal((401, "token_invalid"), (await early.GetAsync("auth/me")).Outcome);
        Assert.Equal((200, null), (await afterThere.GetAsync("auth/me")).Outcome);
        Assert.Equal((401, "token_invalid"), (await earlyThere.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task A_stream_on_one_node_ends_with_the_session_that_the_other_ends()
    {
        await using var nodes = await TwoNodes.StartAsync(postgres, redis.Server);
        using var here = new Visitor(nodes.A);
        var email = await nodes.RegisterAsync();
        await here.SignInAsync(email, "api");
        var owner = (await here.GetAsync("auth/me")).Json.GetProperty("id").GetGuid();
        var scene = await AccessScene.NewAsync(nodes.B, owner, new Dictionary<Guid, Membership> { [owner] = Membership.Owner });
        await nodes.B.Database.WriteAsync(t => t.ExecuteAsync("UPDATE tasks SET state = 'running' WHERE id = @Task", new { scene.Task }), Cancel);

        using var watcher = new HttpClient { BaseAddress = nodes.B.Address };
        watcher.DefaultRequestHeaders.Authorization = new("Bearer", here.Token);
        watcher.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", here.UserAgent);
        watcher.DefaultRequestHeaders.Add("X-Test-Address", here.Address);
        using var answer = await watcher.GetAsync($"/api/v1/tasks/{scene.Task}/events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var rest = answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(204, (int)(await here.PostAsync("auth/logout")).Status);
        // Sooner than the stream would ask by itself: the notice ended it.
        Assert.Equal("", await rest.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    [Fact]
    public async Task A_passkeys_ceremony_of_one_node_is_good_once_on_the_other()
    {
        await using var nodes = await TwoNodes.StartAsync(postgres, redis.Server);
        var (here, there) = (new PasskeyLab(new FactorLab(nodes.A, nodes.Clock)), new PasskeyLab(new FactorLab(nodes.B, nodes.Clock)));
        var (_, key) = await here.EnrolledAsync();
        using var __ = key;
        var answer = PasskeyLab.Answer(await here.Anonymous().PostAsync("auth/passkeys/login/options", new { }), key);
        Assert.Equal((200, null), await there.Anonymous().TryAsync(HttpMethod.Post, "auth/passkeys/login", answer));
        Assert.Equal((401, "invalid_credentials"), await there.Anonymous().TryAsync(HttpMethod.Post, "auth/passkeys/login", answer));
        Assert.Equal((401, "invalid_credentials"), await here.Anonymous().TryAsync(HttpMethod.Post, "auth/passkeys/login", answer));
    }

    [Fact]
    public async Task A_sign_in_with_a_provider_that_one_node_began_ends_once_on_the_other()
    {
        await using var hub = await GitHubDouble.StartAsync();
        (hub.User, hub.Emails) = ("""{"id":7,"login":"octocat"}""", """[{"email":"octo@example.com","primary":true,"verified":true}]""");
        var config = $"oauth2:\n  github:\n    client_id: aicli-hub\n    client_secret: \"{AuthorizationServer.Secret}\"\n";
        await using var nodes = await TwoNodes.StartAsync(postgres, redis.Server, config, s => s.AddSingleton(hub.Addresses));
        using var here = new Browser(nodes.A);
        using var there = new Browser(nodes.B);
        var callback = hub.Approve(await here.BeginAsync("github"));
        Assert.Equal("oauth_state_invalid", (await there.OpenAsync(callback)).Code); // without the cookie it is another browser, and spent

        callback = hub.Approve(await here.BeginAsync("github"));
        there.Cookies[Browser.BindingCookie] = here.Cookies[Browser.BindingCookie];
        Assert.Equal(200, (await there.OpenAsync(callback)).Status);
        here.Cookies[Browser.SessionCookie] = there.Cookies[Browser.SessionCookie];
        Assert.NotNull(await here.WhoAmIAsync());
        Assert.Equal("oauth_state_invalid", (await here.OpenAsync(callback)).Code);
    }

    private static string KeyOf(string token)
    {
        var header = System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal)));
        return System.Text.Json.JsonElement.Parse(header).GetProperty("kid").GetString()!;
    }
}
