using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts;

public sealed class PasswordChangeTests
{
    private const string Email = "a@example.com", New = "another fine passphrase";

    [Fact]
    public async Task Can_change_the_password_and_only_this_session_goes_on()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var (here, elsewhere) = (lab.Server.Anonymous(), lab.Server.Anonymous());
        await here.SignInAsync(Email, AccountsLab.Password);
        await elsewhere.SignInAsync(Email, AccountsLab.Password);
        Assert.Equal((204, null), await here.TryAsync(HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = New }));
        await here.GetAsync("auth/me");
        Assert.Equal(401, (await elsewhere.TryAsync(HttpMethod.Get, "auth/me")).Status);
        Assert.Equal(401, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
        Assert.Equal(200, (await lab.LoginAsync(Email, New)).Status);
        Assert.Single(await lab.EventsAsync("password_changed"));
        Assert.Equal(["password_changed"], await lab.EventsAsync("session_terminated"));
    }

    [Fact]
    public async Task A_new_password_makes_every_device_a_stranger()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var device = (await lab.LoginAsync(Email, AccountsLab.Password)).Device;
        var client = lab.Server.Anonymous();
        await client.SignInAsync(Email, AccountsLab.Password);
        await client.TryAsync(HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = New });
        await lab.FailAsync(Email, 5);
        Assert.Equal(423, (await lab.LoginAsync(Email, New, device)).Status);
    }

    [Fact]
    public async Task Guessing_the_current_password_is_limited_and_locks_no_sign_in()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var client = lab.Server.Anonymous();
        await client.SignInAsync(Email, AccountsLab.Password);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((401, "invalid_credentials"), await client.TryAsync(
                HttpMethod.Post, "auth/password", new { current_password = "a guess", password = New }));
        }

        Assert.Equal((423, "locked_out"), await client.TryAsync(
            HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = New }));
        Assert.Equal(200, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
    }

    [Fact]
    public async Task Guesses_in_one_session_do_not_keep_the_owner_from_changing_the_password_in_another()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var (owner, thief) = (lab.Server.Anonymous(), lab.Server.Anonymous());
        await owner.SignInAsync(Email, AccountsLab.Password);
        await thief.SignInAsync(Email, AccountsLab.Password);
        for (var i = 0; i < 5; i++)
        {
            await thief.TryAsync(HttpMethod.Post, "auth/password", new { current_password = "a guess", password = New });
        }

        Assert.Equal((423, "locked_out"), await thief.TryAsync(
            HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = New }));
        Assert.Equal((204, null), await owner.TryAsync(
            HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = New }));
    }

    [Fact]
    public async Task A_bad_new_password_changes_nothing_and_anonymous_callers_cannot_try()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var client = lab.Server.Anonymous();
        await client.SignInAsync(Email, AccountsLab.Password);
        Assert.Equal((400, "invalid_input"), await client.TryAsync(
            HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = "short" }));
        Assert.Equal((400, "password_breached"), await client.TryAsync(
            HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = "qwertyuiop" }));
        Assert.Equal((401, "authentication_required"), await lab.Server.Anonymous().TryAsync(
            HttpMethod.Post, "auth/password", new { current_password = AccountsLab.Password, password = New }));
        Assert.Equal(200, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
    }

    [Fact]
    public async Task Can_change_ones_name_and_nothing_else()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.SignUpAsync();
        Assert.Equal(200, (await client.TryAsync(HttpMethod.Put, "auth/me", new { name = "김 민지" })).Status);
        Assert.Equal("김 민지", (await client.GetAsync("auth/me")).GetProperty("name").GetString());
        Assert.Equal((400, "invalid_input"), await client.TryAsync(HttpMethod.Put, "auth/me", new { name = "a\u0000b" }));
        Assert.Equal((400, "malformed_body"), await client.TryAsync(HttpMethod.Put, "auth/me", new { name = "x", role = "admin" }));
    }
}
