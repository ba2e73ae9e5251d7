namespace AICodeManager.Tests.Cli;

public sealed class UserCommandTests
{
    private const string Bob = "0bbbf2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
    private const string Eve = "0eeef2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";

    [Fact]
    public async Task Can_list_them_by_part_of_the_address_role_and_whether_they_are_disabled()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/users", Some.List(Some.Account(Bob, "bob@example.org", disabled: true)))
            .On("GET /admin/users?email=b%26c&role=admin&disabled=false", Some.List());

        Assert.Equal(0, await aicli.RunAsync("admin", "users", "list"));
        Assert.Contains("bob@example.org", aicli.Out.ToString());
        Assert.Equal(0, await aicli.RunAsync("admin", "users", "list", "--email", "b&c", "--role", "admin", "--disabled", "false", "--json"));
        Assert.Equal(0, aicli.Document().GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Can_be_named_by_the_whole_address_and_never_means_one_that_only_contains_it()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/users?email=bob%40example.org", Some.List(Some.Account(Eve, "eve.bob@example.org"), Some.Account(Bob, "Bob@example.org")))
            .On("GET /admin/users?email=e.bob%40example.org", Some.List(Some.Account(Eve, "eve.bob@example.org")))
            .On($"GET /admin/users/{Bob}", Some.Account(Bob, "bob@example.org"));

        Assert.Equal(0, await aicli.RunAsync("admin", "users", "show", "bob@example.org", "--json"));
        Assert.Equal(Bob, aicli.Document().GetProperty("id").GetString());
        Assert.Equal(0, await aicli.RunAsync("admin", "users", "show", Bob));
        Assert.Equal(4, await aicli.RunAsync("admin", "users", "disable", "e.bob@example.org"));
        Assert.Equal(2, await aicli.RunAsync("admin", "users", "disable", "bob"));
        Assert.Contains("accepted is", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_create_one_with_a_password_or_with_a_reset_to_hand_over()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { In = new StringReader("first password\n"), Environment = { ["AICLI_PASSWORD"] = "the administrator's own" } };
        api.On("POST /admin/users", new { id = Bob, email = "bob@example.org", role = "user", reset_token = "the-reset", reset_expires_at = Some.At }, 201)
            .On("POST /admin/users", new { id = Bob, email = "bob@example.org", role = "viewer", reset_token = (string?)null }, 201)
            .Refuses("POST /admin/users", 409, "email_taken", "There is an account with this address.");

        Assert.Equal(0, await aicli.RunAsync("admin", "users", "create", "bob@example.org"));
        Assert.Contains("the-reset", aicli.Out.ToString());
        Assert.Equal("""{"email":"bob@example.org","role":"user"}""", api.Seen.Last().Text);

        Assert.Equal(0, await aicli.RunAsync("admin", "users", "create", "bob@example.org", "--role", "viewer", "--name", "Bob", "--password-stdin"));
        Assert.Equal("first password", api.Seen.Last().Json.GetProperty("password").GetString());
        Assert.DoesNotContain("reset token", aicli.Out.ToString());
        Assert.Equal(1, await aicli.RunAsync("admin", "users", "create", "bob@example.org"));
    }

    [Theory]
    [InlineData("""{"role":"admin"}""", "role", Bob, "admin")]
    [InlineData("""{"disabled":true}""", "disable", Bob)]
    [InlineData("""{"disabled":false}""", "enable", Bob)]
    public async Task Can_change_one_thing_and_leaves_the_others(string sent, params string[] command)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On($"PUT /admin/users/{Bob}", Some.Account(Bob, "bob@example.org", disabled: true));

        Assert.Equal(0, await aicli.RunAsync(["admin", "users", .. command]));

        Assert.Equal(sent, api.Only($"PUT /admin/users/{Bob}").Text);
        Assert.Contains("since 2026-11-20", aicli.Out.ToString());
    }

    [Fact]
    public async Task Cannot_disable_the_last_administrator_or_touch_one_without_the_permission()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Refuses($"PUT /admin/users/{Bob}", 409, "last_administrator", "The last administrator stays.")
            .Refuses($"POST /admin/users/{Bob}/logout", 403, "permission_denied", "Not permitted.", "user:update");

        Assert.Equal(1, await aicli.RunAsync("admin", "users", "disable", Bob));
        Assert.Equal(1, await aicli.RunAsync("admin", "users", "logout", Bob));
        Assert.Contains("user:update", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_end_every_session_and_issue_a_reset()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On($"POST /admin/users/{Bob}/logout", null, 204)
            .On($"POST /admin/users/{Bob}/password-reset", new { reset_token = "the-reset", expires_at = Some.At }, 201)
            .Refuses($"POST /admin/users/{Bob}/password-reset", 409, "own_password", "Change your own password with the current one.");

        Assert.Equal(0, await aicli.RunAsync("admin", "users", "logout", Bob, "--json"));
        Assert.Equal("signed_out", aicli.Document().GetProperty("action").GetString());
        Assert.Equal(0, await aicli.RunAsync("admin", "users", "reset-password", Bob));
        Assert.Contains("the-reset", aicli.Out.ToString());
        Assert.Contains("2026-11-20 10:00:00Z", aicli.Out.ToString());
        Assert.Equal(1, await aicli.RunAsync("admin", "users", "reset-password", Bob));
    }
}
