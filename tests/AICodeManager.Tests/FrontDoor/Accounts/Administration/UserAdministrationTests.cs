using System.Text.Json;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts.Administration;

public sealed class UserAdministrationTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_list_filter_and_page(string kind)
    {
        await using var lab = await AccountsLab.StartAsync(kind, postgres);
        foreach (var name in new[] { "ann", "bob_x", "bobby" })
        {
            await lab.RegisterAsync($"{name}@example.com");
            lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var admin = await lab.Server.SignUpAsync("admin");
        await lab.Server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET disabled_at = 1 WHERE email = 'ann@example.com'"), Cancel);
        using var answer = await admin.Http.GetAsync("/api/v1/admin/users?limit=3", Cancel);
        Assert.Equal("4", answer.Headers.GetValues("X-Total-Count").Single());
        var page = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(3, page.GetProperty("items").GetArrayLength());
        var rest = await admin.GetAsync($"admin/users?limit=3&cursor={page.GetProperty("next").GetString()}");
        Assert.Equal("admin", Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("role").GetString());

        Assert.Equal(2, await CountAsync(admin, "email=BOB"));
        Assert.Equal(1, await CountAsync(admin, "email=bob_"));
        Assert.Equal(0, await CountAsync(admin, "email=%25"));
        Assert.Equal(3, await CountAsync(admin, "role=user"));
        Assert.Equal(1, await CountAsync(admin, "disabled=true"));
        Assert.Equal(2, await CountAsync(admin, "disabled=false&role=user"));
        Assert.Equal((400, "invalid_input"), await admin.TryAsync(HttpMethod.Get, "admin/users?disabled=perhaps"));
        Assert.Equal((400, "malformed_target"), await admin.TryAsync(HttpMethod.Get, "admin/users?email=%00"));
        Assert.Equal((400, "malformed_target"), await admin.TryAsync(HttpMethod.Get, "admin/users?role=%00"));
    }

    [Fact]
    public async Task An_account_made_without_a_password_starts_with_a_reset()
    {
        await using var lab = await AccountsLab.StartAsync();
        var admin = await lab.Server.SignUpAsync("admin");
        var made = await admin.PostAsync("admin/users", new { email = "new@example.com", role = "viewer" });
        Assert.Equal("viewer", made.GetProperty("role").GetString());
        Assert.Equal("invalid_credentials", (await lab.LoginAsync("new@example.com", "")).Code);
        await lab.Server.Anonymous().PostAsync(
            "auth/password/reset", new { reset_token = made.GetProperty("reset_token").GetString(), password = AccountsLab.Password });
        Assert.Equal(200, (await lab.LoginAsync("new@example.com", AccountsLab.Password)).Status);
    }

    [Fact]
    public async Task A_bad_new_account_is_named_and_not_made()
    {
        await using var lab = await AccountsLab.StartAsync();
        var admin = await lab.Server.SignUpAsync("admin");
        await admin.PostAsync("admin/users", new { email = "new@example.com", role = "user", password = AccountsLab.Password });
        foreach (var (body, expected) in new (object, (int, string?))[]
        {
            (new { email = "NEW@example.com", role = "user" }, (409, "email_taken")),
            (new { email = "b@example.com", role = "emperor" }, (400, "invalid_input")),
            (new { email = "nothing", role = "user" }, (400, "invalid_input")),
            (new { email = "b@example.com", role = "user", password = "password" }, (400, "password_breached")),
            (new { email = "b@example.com" }, (400, "malformed_body")),
        })
        {
            Assert.Equal(expected, await admin.TryAsync(HttpMethod.Post, "admin/users", body));
        }
    }

    [Fact]
    public async Task A_change_of_role_or_a_disabled_account_ends_the_users_sessions_at_once()
    {
        await using var lab = await AccountsLab.StartAsync();
        var id = (await lab.RegisterAsync("a@example.com")).GetProperty("id").GetString();
        var admin = await lab.Server.SignUpAsync("admin");
        foreach (var change in new object[] { new { role = "viewer" }, new { disabled = true } })
        {
            var user = lab.Server.Anonymous();
            await user.SignInAsync("a@example.com", AccountsLab.Password);
            Assert.Equal(200, (await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", change)).Status);
            Assert.Equal(401, (await user.TryAsync(HttpMethod.Get, "auth/me")).Status);
        }

        Assert.Equal(401, (await lab.LoginAsync("a@example.com", AccountsLab.Password)).Status);
        await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", new { disabled = false });
        Assert.Equal(200, (await lab.LoginAsync("a@example.com", AccountsLab.Password)).Status);
        foreach (var name in new[] { "role_changed", "user_disabled", "user_enabled" })
        {
            Assert.Single(await lab.EventsAsync(name));
        }
    }

    [Fact]
    public async Task Can_sign_a_user_out_everywhere()
    {
        await using var lab = await AccountsLab.StartAsync();
        var id = (await lab.RegisterAsync("a@example.com")).GetProperty("id").GetString();
        var admin = await lab.Server.SignUpAsync("admin");
        var user = lab.Server.Anonymous();
        await user.SignInAsync("a@example.com", AccountsLab.Password);
        Assert.Equal(204, (await admin.TryAsync(HttpMethod.Post, $"admin/users/{id}/logout")).Status);
        Assert.Equal(401, (await user.TryAsync(HttpMethod.Get, "auth/me")).Status);
        Assert.Equal(200, (await lab.LoginAsync("a@example.com", AccountsLab.Password)).Status);
        Assert.Equal(["forced_logout"], await lab.EventsAsync("session_terminated"));
    }

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Administrators_who_demote_each_other_at_once_leave_one(string kind)
    {
        await using var lab = await AccountsLab.StartAsync(kind, postgres);
        var (first, second) = (await lab.Server.SignUpAsync("admin"), await lab.Server.SignUpAsync("admin"));
        var (one, two) = (await IdAsync(first), await IdAsync(second));
        await Task.WhenAll(
            first.TryAsync(HttpMethod.Put, $"admin/users/{two}", new { role = "user" }),
            second.TryAsync(HttpMethod.Put, $"admin/users/{one}", new { disabled = true }));
        Assert.Equal(1, await lab.Server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL"), Cancel));
    }

    [Fact]
    public async Task The_last_administrator_stays_and_nobody_changes_their_own_role()
    {
        await using var lab = await AccountsLab.StartAsync();
        var admin = await lab.Server.SignUpAsync("admin");
        var id = await IdAsync(admin);
        Assert.Equal((409, "last_administrator"), await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", new { role = "user" }));
        Assert.Equal((409, "last_administrator"), await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", new { disabled = true }));
        await lab.Server.SignUpAsync("admin");
        Assert.Equal((409, "own_role"), await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", new { role = "user" }));
        Assert.Equal((409, "own_password"), await admin.TryAsync(HttpMethod.Post, $"admin/users/{id}/password-reset"));
        // A refused change ends no session.
        Assert.Equal("admin", (await admin.GetAsync("auth/me")).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Who_manages_users_gains_nothing_that_his_role_lacks()
    {
        await using var lab = await AccountsLab.StartAsync(config: """
            rbac:
              roles:
                helpdesk:
                  description: manages users
                  permissions: ["user:*", "workspace:read:own", "project:read:own", "task:read:own"]
            """);
        var admin = await lab.Server.SignUpAsync("admin");
        var desk = await lab.Server.SignUpAsync("helpdesk");
        var user = (await lab.RegisterAsync("a@example.com")).GetProperty("id").GetString();
        var adminId = await IdAsync(admin);
        foreach (var (path, body) in new (string, object)[]
        {
            ($"admin/users/{adminId}", new { disabled = true }),
            ($"admin/users/{await IdAsync(desk)}", new { role = "admin" }),
            ($"admin/users/{user}", new { role = "admin" }),
        })
        {
            Assert.Equal((403, "permission_denied"), await desk.TryAsync(HttpMethod.Put, path, body));
        }

        Assert.Equal((403, "permission_denied"), await desk.TryAsync(HttpMethod.Post, $"admin/users/{adminId}/password-reset"));
        Assert.Equal((403, "permission_denied"), await desk.TryAsync(HttpMethod.Post, $"admin/users/{adminId}/logout"));
        Assert.Equal((403, "permission_denied"), await desk.TryAsync(HttpMethod.Post, "admin/users", new { email = "b@example.com", role = "admin" }));
        await desk.PostAsync("admin/users", new { email = "c@example.com", role = "viewer" });
    }

    [Fact]
    public async Task Cannot_change_anybody_with_a_session_that_proved_nothing_lately()
    {
        await using var lab = await AccountsLab.StartAsync();
        var id = (await lab.RegisterAsync("a@example.com")).GetProperty("id").GetString();
        var admin = await lab.Server.SignUpAsync("admin");
        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        foreach (var (method, path, body) in new (HttpMethod, string, object)[]
        {
            (HttpMethod.Post, "admin/users", new { email = "b@example.com", role = "admin" }),
            (HttpMethod.Put, $"admin/users/{id}", new { role = "admin" }),
            (HttpMethod.Post, $"admin/users/{id}/logout", new { }),
            (HttpMethod.Post, $"admin/users/{id}/password-reset", new { }),
            (HttpMethod.Post, "admin/signing-keys/rotate", new { compromised = true }),
        })
        {
            Assert.Equal((401, "step_up_required"), await admin.TryAsync(method, path, body));
        }

        await admin.GetAsync($"admin/users/{id}");
        await admin.TryAsync(HttpMethod.Post, "auth/step-up", new { password = AccountsLab.Password });
        Assert.Equal(200, (await admin.TryAsync(HttpMethod.Put, $"admin/users/{id}", new { role = "viewer" })).Status);
    }

    [Fact]
    public async Task Others_learn_nothing_here()
    {
        await using var lab = await AccountsLab.StartAsync();
        var admin = await lab.Server.SignUpAsync("admin");
        var user = await lab.Server.SignUpAsync();
        Assert.Equal((403, "permission_denied"), await user.TryAsync(HttpMethod.Get, "admin/users"));
        Assert.Equal((401, "authentication_required"), await lab.Server.Anonymous().TryAsync(HttpMethod.Get, "admin/users"));
        Assert.Equal((404, "not_found"), await admin.TryAsync(HttpMethod.Get, $"admin/users/{Guid.NewGuid()}"));
        Assert.Equal((404, "not_found"), await admin.TryAsync(HttpMethod.Put, $"admin/users/{Guid.NewGuid()}", new { name = "x" }));
        Assert.Equal(404, (await admin.TryAsync(HttpMethod.Get, "admin/users/nobody")).Status);
        Assert.DoesNotContain("hash", (await admin.GetAsync("admin/users")).ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<long> CountAsync(ApiClient admin, string query)
    {
        var items = (await admin.GetAsync($"admin/users?{query}")).GetProperty("items").GetArrayLength();
        using var answer = await admin.Http.GetAsync($"/api/v1/admin/users?{query}", Cancel);
        Assert.Equal(items.ToString(), answer.Headers.GetValues("X-Total-Count").Single());
        return items;
    }

    private static async Task<string?> IdAsync(ApiClient client) => (await client.GetAsync("auth/me")).GetProperty("id").GetString();
}
