using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>Linking takes proof of both accounts; unlinking never locks anybody out.</summary>
public sealed class LinkTests(PostgresServer postgres)
{
    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_link_a_provider_and_sign_in_with_it_from_then_on(string kind)
    {
        await using var server = await StartAsync(kind);
        using var browser = server.NewBrowser();
        var id = await RegisterAsync(browser, "owner@example.com");

        var reply = await LinkAsync(server, browser);
        Assert.True(reply.Status == 200, reply.Text);
        Assert.Contains("url=/account", reply.Text, StringComparison.Ordinal);
        Assert.Equal(id, (await browser.WhoAmIAsync())!.Value.GetProperty("id").GetString());
        var listed = Assert.Single((await browser.OpenAsync("/api/v1/auth/links")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal((CrookedProvider.Name, server.Crooked.Person.Email), (listed.GetProperty("provider").GetString(), listed.GetProperty("email").GetString()));
        Assert.Equal(CrookedProvider.Name, (await server.LastEventAsync("account_linked")).Details.GetProperty("provider").GetString());

        using var other = server.NewBrowser();
        await server.SignInCrookedlyAsync(other);
        Assert.Equal(id, (await other.WhoAmIAsync())!.Value.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Cannot_ask_for_a_link_without_signing_in()
    {
        await using var server = await ProviderServer.StartAsync(real: null);
        using var browser = server.NewBrowser();
        var reply = await browser.SendAsync(HttpMethod.Post, "/api/v1/auth/links/crooked", new { });
        Assert.Equal((401, "authentication_required"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Cannot_ask_for_a_link_on_an_old_proof()
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        await using var server = await ProviderServer.StartAsync(
            real: null, clock, more: """session: {security: {risk: {step_up_lifetime: "5m"}}}""");
        using var browser = server.NewBrowser();
        await RegisterAsync(browser, "owner@example.com");
        clock.Advance(TimeSpan.FromMinutes(6));

        foreach (var method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Delete])
        {
            var reply = await browser.SendAsync(method, "/api/v1/auth/links/crooked", method == HttpMethod.Post ? new { } : null);
            Assert.Equal((401, "step_up_required"), (reply.Status, reply.Code));
        }
    }

    [Fact]
    public async Task A_link_flow_does_not_finish_in_another_browser()
    {
        await using var server = await ProviderServer.StartAsync(real: null);
        using var victim = server.NewBrowser();
        await RegisterAsync(victim, "victim@example.com");
        using var attacker = server.NewBrowser();
        await RegisterAsync(attacker, "attacker@example.com");

        // The attacker's flow, finished by the victim's provider account: it would let the victim into the attacker's account, or the other way round.
        var callback = server.Crooked.Approve(await AskAsync(attacker));
        var reply = await victim.OpenAsync(callback);
        Assert.Equal((400, "oauth_state_invalid"), (reply.Status, reply.Code));
        Assert.Equal(0, await server.CountAsync("SELECT COUNT(*) FROM external_logins"));
    }

    [Fact]
    public async Task A_link_flow_ends_with_the_session_that_asked()
    {
        await using var server = await ProviderServer.StartAsync(real: null);
        using var browser = server.NewBrowser();
        await RegisterAsync(browser, "owner@example.com");
        var callback = server.Crooked.Approve(await AskAsync(browser));
        await browser.SendAsync(HttpMethod.Post, "/api/v1/auth/logout", new { });

        var reply = await browser.OpenAsync(callback);
        Assert.Equal((403, "link_session_over"), (reply.Status, reply.Code));
        Assert.Equal(0, await server.CountAsync("SELECT COUNT(*) FROM external_logins"));
    }

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_providers_account_belongs_to_one_account_here(string kind)
    {
        await using var server = await StartAsync(kind);
        using var first = server.NewBrowser();
        await RegisterAsync(first, "first@example.com");
        await LinkAsync(server, first);
        using var second = server.NewBrowser();
        await RegisterAsync(second, "second@example.com");

        var reply = await LinkAsync(server, second);
        Assert.Equal((409, "already_linked"), (reply.Status, reply.Code));

        // And an account has one of each provider; the same one again is no harm.
        Assert.Equal(200, (await LinkAsync(server, first)).Status);
        server.Crooked.Person = Person.New();
        Assert.Equal("already_linked", (await LinkAsync(server, first)).Code);
        Assert.Equal(1, await server.CountAsync("SELECT COUNT(*) FROM external_logins"));
    }

    [Fact]
    public async Task Can_unlink_and_the_provider_gets_its_grant_back()
    {
        await using var server = await ProviderServer.StartAsync(real: null);
        using var browser = server.NewBrowser();
        await RegisterAsync(browser, "owner@example.com");
        await LinkAsync(server, browser);

        Assert.Equal(204, (await browser.SendAsync(HttpMethod.Delete, "/api/v1/auth/links/crooked")).Status);
        Assert.Equal([$"refresh-{server.Crooked.Person.Sub}"], server.Crooked.Revoked);
        Assert.Equal(CrookedProvider.Name, (await server.LastEventAsync("account_unlinked")).Details.GetProperty("provider").GetString());
        Assert.Equal(404, (await browser.SendAsync(HttpMethod.Delete, "/api/v1/auth/links/crooked")).Status);
        using var other = server.NewBrowser();
        await server.SignInCrookedlyAsync(other);
        Assert.NotEqual("owner@example.com", (await other.WhoAmIAsync())!.Value.GetProperty("email").GetString());
    }

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Cannot_remove_the_last_way_in(string kind)
    {
        await using var server = await StartAsync(kind);
        using var browser = server.NewBrowser();
        await server.SignInCrookedlyAsync(browser);
        var reply = await browser.SendAsync(HttpMethod.Delete, "/api/v1/auth/links/crooked");
        Assert.Equal((409, "last_sign_in_method"), (reply.Status, reply.Code));

        // With a second link the first may go, and then the second may not.
        (server.GitHub.User, server.GitHub.Emails) = ("""{"id":5}""", "[]");
        var asked = await browser.SendAsync(HttpMethod.Post, "/api/v1/auth/links/github", new { });
        Assert.Equal(200, (await browser.OpenAsync(server.GitHub.Approve(new Uri(asked.Json.GetProperty("authorize_url").GetString()!)))).Status);
        Assert.Equal(204, (await browser.SendAsync(HttpMethod.Delete, "/api/v1/auth/links/crooked")).Status);
        Assert.Equal("last_sign_in_method", (await browser.SendAsync(HttpMethod.Delete, "/api/v1/auth/links/github")).Code);
    }

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Two_removals_at_once_leave_a_way_in(string kind)
    {
        await using var server = await StartAsync(kind);
        using var browser = server.NewBrowser();
        await server.SignInCrookedlyAsync(browser);
        (server.GitHub.User, server.GitHub.Emails) = ("""{"id":5}""", "[]");
        var asked = await browser.SendAsync(HttpMethod.Post, "/api/v1/auth/links/github", new { });
        await browser.OpenAsync(server.GitHub.Approve(new Uri(asked.Json.GetProperty("authorize_url").GetString()!)));

        var replies = await Task.WhenAll(
            browser.SendAsync(HttpMethod.Delete, "/api/v1/auth/links/crooked"), browser.SendAsync(HttpMethod.Delete, "/api/v1/auth/links/github"));
        Assert.Equal([204, 409], replies.Select(r => r.Status).Order());
    }

    private async Task<ProviderServer> StartAsync(string kind) =>
        await ProviderServer.StartAsync(real: null, postgres: kind == "postgresql" ? await postgres.NewDatabaseAsync() : null);

    private static async Task<string> RegisterAsync(Browser browser, string email)
    {
        var made = await browser.SendAsync(HttpMethod.Post, "/api/v1/auth/register", new { email, password = LiveServer.Password });
        Assert.True(made.Status == 201, made.Text);
        var signedIn = await browser.SendAsync(HttpMethod.Post, "/api/v1/auth/login", new { email, password = LiveServer.Password, client = "browser" });
        Assert.True(signedIn.Status == 200, signedIn.Text);
        return made.Json.GetProperty("id").GetString()!;
    }

    private static async Task<Uri> AskAsync(Browser browser)
    {
        var reply = await browser.SendAsync(HttpMethod.Post, "/api/v1/auth/links/crooked", new { return_to = "/account" });
        Assert.True(reply.Status == 200, reply.Text);
        return new Uri(reply.Json.GetProperty("authorize_url").GetString()!);
    }

    private static async Task<Reply> LinkAsync(ProviderServer server, Browser browser) =>
        await browser.OpenAsync(server.Crooked.Approve(await AskAsync(browser)));
}
