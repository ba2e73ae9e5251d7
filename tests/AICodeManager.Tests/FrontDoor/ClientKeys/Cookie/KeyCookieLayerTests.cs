using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Tests.Bff;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Cookie;

/// <summary>The real server with real browsers: by its own layer, and behind a BFF in a process of its own.</summary>
public sealed class KeyCookieLayerTests
{
    private const string Email = "user1@example.com", PublicOrigin = "https://app.example.org";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "ES256")]
    [InlineData(true, "ES256")]
    [InlineData(false, "RSA2048")]
    [InlineData(true, "RSA2048")]
    public async Task A_sign_in_makes_a_device_and_its_key_signs_from_then_on(bool apart, string algorithm)
    {
        await using var scene = await Scene.StartAsync(apart, algorithm);
        var id = await scene.SignInAsync();
        var key = Assert.Single(await scene.KeysAsync());
        Assert.Equal((id, "bff-cookie", true), (key.GetProperty("key_id").GetGuid(), key.GetProperty("custody").GetString(), key.GetProperty("current").GetBoolean()));
        Assert.Equal(algorithm == "ES256" ? "ES256" : "PS256", key.GetProperty("algorithm").GetString());

        // The signature alone says who it is, and what is not there is answered as such, not as a broken signature.
        scene.Page.Cookies.Remove(PageBrowser.SessionCookie);
        Assert.Equal((200, null), await scene.Page.TryAsync("GET", "/api/v1/auth/me?a=%20b"));
        Assert.Equal((404, "not_found"), await scene.Page.TryAsync("GET", "/api/v1/nothing%2Fhere"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bodies_of_every_size_arrive_whole(bool apart)
    {
        await using var scene = await Scene.StartAsync(apart);
        await scene.SignInAsync();
        using (var made = await scene.Page.SendAsync("POST", "/api/v1/workspaces", JsonContent.Create(new { name = "워크스페이스" })))
            Assert.Equal("워크스페이스", JsonElement.Parse(await made.Content.ReadAsStringAsync(Cancel)).GetProperty("name").GetString());
        // Larger than the route takes, than is kept in memory, and than the server takes by default.
        Assert.Equal((400, "invalid_input"), await scene.Page.TryAsync("POST", "/api/v1/workspaces", JsonContent.Create(new { name = new string('x', 200_000) })));
        Assert.Equal((413, "too_large"), await scene.Page.TryAsync("POST", "/api/v1/workspaces", JsonContent.Create(new { name = new string('x', 9 << 20) })));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_foreign_page_gets_nothing(bool apart)
    {
        await using var scene = await Scene.StartAsync(apart);
        await scene.SignInAsync();
        Assert.Equal((403, "csrf_origin"), await scene.Page.TryAsync("POST", "/api/v1/workspaces", JsonContent.Create(new { name = "x" }), ("Origin", "https://evil.example")));
        Assert.Equal((403, "csrf_origin"), await scene.Page.TryAsync("GET", "/api/v1/workspaces", null, ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal((403, "csrf_invalid"), await scene.Page.TryAsync("POST", "/api/v1/workspaces", JsonContent.Create(new { name = "x" }), ("X-CSRF-Token", "")));
        Assert.Equal((200, null), await scene.Page.TryAsync("GET", "/api/v1/workspaces"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_revoked_key_ends_with_its_next_request_and_the_session_goes_on(bool apart)
    {
        await using var scene = await Scene.StartAsync(apart);
        var id = await scene.SignInAsync();
        Assert.Equal((204, null), await scene.Page.TryAsync("DELETE", $"/api/v1/keys/{id}"));
        Assert.Equal((401, "key_revoked"), await scene.Page.TryAsync("GET", "/api/v1/auth/me"));
        Assert.DoesNotContain(PageBrowser.KeyCookie, scene.Page.Cookies.Keys);
        Assert.Equal((200, null), await scene.Page.TryAsync("GET", "/api/v1/auth/me"));
        Assert.Equal((200, null), await scene.Page.TryAsync("POST", "/bff/key"));
        Assert.NotEqual(id, await scene.Page.AskForKeyAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signing_out_leaves_no_living_key(bool apart)
    {
        await using var scene = await Scene.StartAsync(apart);
        await scene.SignInAsync();
        Assert.Equal((204, null), await scene.Page.TryAsync("POST", "/api/v1/auth/logout"));
        Assert.Empty(scene.Page.Cookies.Keys.Intersect([PageBrowser.KeyCookie, PageBrowser.SessionCookie]));
        await scene.SignInAsync();
        Assert.Equal(["revoked", "active"], (await scene.KeysAsync()).Select(k => k.GetProperty("state").GetString()).Reverse());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signing_in_again_keeps_the_device_until_a_change_of_password_ends_it(bool apart)
    {
        await using var scene = await Scene.StartAsync(apart);
        var id = await scene.SignInAsync();
        Assert.Equal(id, await scene.SignInAsync());
        var change = JsonContent.Create(new { current_password = LiveServer.Password, password = "another long enough passphrase" });
        Assert.Equal((204, null), await scene.Page.TryAsync("POST", "/api/v1/auth/password", change));
        // The session was renewed, and with it came a key: the old one ended with the sessions before.
        Assert.NotEqual(id, await scene.Page.AskForKeyAsync());
        Assert.Equal((200, null), await scene.Page.TryAsync("GET", "/api/v1/auth/me"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_whose_replacement_is_due_is_replaced(bool apart)
    {
        await using var scene = await Scene.StartAsync(apart, config: "client_keys:\n  rotation_after: 2d\n  warn_before: 47h\n  grace: 1d\n");
        var id = await scene.SignInAsync();
        await scene.AgeAsync(TimeSpan.FromHours(3));
        Assert.Equal((200, null), await scene.Page.TryAsync("GET", "/api/v1/auth/me"));
        var next = await scene.Page.AskForKeyAsync();
        Assert.NotEqual(id, next);
        Assert.Equal((200, null), await scene.Page.TryAsync("GET", "/api/v1/auth/me"));
        Assert.Equal([(next, "active"), (id, "deprecated")], (await scene.KeysAsync()).Select(k => (k.GetProperty("key_id").GetGuid(), k.GetProperty("state").GetString()!)));
    }

    [Fact]
    public async Task Who_only_signs_in_at_the_server_gets_a_session_and_no_key()
    {
        await using var scene = await Scene.StartAsync(apart: false);
        var person = new { email = Email, password = LiveServer.Password, client = "browser" };
        await scene.Page.AskForTokenAsync();
        (await scene.Page.SendAsync("POST", "/api/v1/auth/login", JsonContent.Create(person))).EnsureSuccessStatusCode();
        Assert.DoesNotContain(PageBrowser.KeyCookie, scene.Page.Cookies.Keys);
        Assert.Equal((403, "csrf_failed"), await scene.Page.TryAsync("POST", "/api/v1/workspaces", JsonContent.Create(new { name = "mine" })));
        await scene.Page.AskForTokenAsync();
        Assert.Equal((201, null), await scene.Page.TryAsync("POST", "/api/v1/workspaces", JsonContent.Create(new { name = "mine" })));
    }

    [Fact]
    public async Task Through_a_bff_the_servers_own_layer_never_sees_a_cookie()
    {
        // Two secrets: what one opens is nothing to the other.
        await using var scene = await Scene.StartAsync(apart: true);
        await scene.SignInAsync();
        using var direct = new PageBrowser(scene.Server.Address);
        direct.Cookies[PageBrowser.KeyCookie] = scene.Page.Cookies[PageBrowser.KeyCookie];
        Assert.Equal((404, "no_cookie_key"), await direct.TryAsync("GET", "/bff/key"));
        Assert.Empty(direct.Cookies);
    }

    private sealed class Scene : IAsyncDisposable
    {
        private readonly BffRig? bff;

        private Scene(LiveServer server, BffRig? bff)
        {
            (Server, this.bff, Page) = (server, bff, bff?.Page ?? new PageBrowser(server.Address));
            if (bff is not null)
                Page.Origin = PublicOrigin;
        }

        public LiveServer Server { get; }

        public PageBrowser Page { get; }

        public static async Task<Scene> StartAsync(bool apart, string algorithm = "ES256", string? config = null)
        {
            // The API is reached by another address than the pages, and must be told theirs.
            var text = $"{config ?? "client_keys:\n"}  cookie:\n    algorithm: {algorithm}\n{(apart ? $"    origins: [\"{PublicOrigin}\"]\n" : "")}";
            var server = await LiveServer.StartAsync(config: text);
            await server.SignUpAsync();
            return new Scene(server, apart ? await BffRig.StartAsync(server.Address, config: text) : null);
        }

        /// <summary>Signs in. A BFF gives every session a key; the server itself gives one to the page that asks.</summary>
        public async Task<Guid> SignInAsync()
        {
            var person = new { email = Email, password = LiveServer.Password, client = "browser" };
            if (!Page.Cookies.ContainsKey(PageBrowser.KeyCookie))
                await Page.AskForTokenAsync();
            (await Page.SendAsync("POST", "/api/v1/auth/login", JsonContent.Create(person))).EnsureSuccessStatusCode();
            if (bff is null && !Page.Cookies.ContainsKey(PageBrowser.KeyCookie))
                Assert.Equal((200, null), await Page.TryAsync("POST", "/bff/key"));
            return await Page.AskForKeyAsync();
        }

        /// <summary>One's devices, newest first.</summary>
        public async Task<JsonElement[]> KeysAsync()
        {
            using var answer = await Page.SendAsync("GET", "/api/v1/keys");
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
            return [.. JsonElement.Parse(text).GetProperty("items").EnumerateArray()];
        }

        /// <summary>Makes every key older, and its user another one to whoever remembers them.</summary>
        public Task AgeAsync(TimeSpan age) => Server.Database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("UPDATE client_keys SET created_at = created_at - @Age, expires_at = expires_at - @Age", new { Age = (long)age.TotalMilliseconds });
            await t.ExecuteAsync("UPDATE users SET version = version + 1", new { });
        }, Cancel);

        public async ValueTask DisposeAsync()
        {
            if (bff is null)
                Page.Dispose();
            else
                await bff.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
