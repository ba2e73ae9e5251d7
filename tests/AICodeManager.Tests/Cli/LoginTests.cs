using System.Runtime.Versioning;
using System.Text.Json;

namespace AICodeManager.Tests.Cli;

[UnsupportedOSPlatform("windows")] // File modes are a Unix matter.
public sealed class LoginTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Can_sign_in_with_the_password_of_the_environment_and_keeps_the_login_for_its_owner_only()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);

        var sent = api.Only("POST /auth/login").Json;
        Assert.Equal("ada@example.org", sent.GetProperty("email").GetString());
        Assert.Equal("correct horse", sent.GetProperty("password").GetString());
        Assert.Equal("api", sent.GetProperty("client").GetString());
        Assert.False(sent.TryGetProperty("code", out _));
        Assert.Equal(Owner, File.GetUnixFileMode(aicli.Credentials));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(aicli.Credentials)!));
        Assert.Equal([aicli.Credentials, aicli.Credentials + ".lock"], Directory.GetFiles(Path.GetDirectoryName(aicli.Credentials)!).Order());
        Assert.DoesNotContain("first-token", aicli.Out.ToString() + aicli.Error);

        api.On("GET /auth/me", Some.User);
        Assert.Equal(0, await aicli.RunAsync("whoami"));
        Assert.Equal("Bearer first-token", api.Only("GET /auth/me").Headers["Authorization"]);
        Assert.Contains("ada@example.org", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_take_the_password_from_standard_input_without_its_line_end()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { In = new StringReader(" pass word \n") };
        api.On("POST /auth/login", Some.Login("t", null));

        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org", "--password-stdin", "--json"));

        Assert.Equal(" pass word ", api.Only("POST /auth/login").Json.GetProperty("password").GetString());
        var document = aicli.Document();
        Assert.Equal(api.Address, document.GetProperty("server").GetString());
        Assert.Equal("Ada", document.GetProperty("user").GetProperty("name").GetString());
        Assert.False(document.TryGetProperty("access_token", out _));
    }

    [Fact]
    public async Task Can_ask_for_address_password_and_second_factor_on_a_terminal_without_showing_them()
    {
        await using var api = await ApiDouble.StartAsync();
        var typed = new Queue<string>(["hidden one", "123456"]);
        using var aicli = new Aicli(api) { Interactive = true, In = new StringReader("ada@example.org\n"), ReadSecret = typed.Dequeue };
        api.Refuses("POST /auth/login", 401, "two_factor_required", "A second factor is required").On("POST /auth/login", Some.Login("t", null));

        Assert.Equal(0, await aicli.RunAsync("login"));

        var second = api.Seen.Last(seen => seen.Line == "POST /auth/login").Json;
        Assert.Equal("123456", second.GetProperty("code").GetString());
        Assert.Equal("hidden one", second.GetProperty("password").GetString());
        Assert.DoesNotContain("hidden one", aicli.Out.ToString() + aicli.Error);
        Assert.DoesNotContain("123456", aicli.Out.ToString() + aicli.Error);
    }

    [Fact]
    public async Task Cannot_show_a_second_factor_where_nobody_can_be_asked_and_says_how()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Environment = { ["AICLI_PASSWORD"] = "p" } };
        api.Refuses("POST /auth/login", 401, "two_factor_required", "Send the code of the second factor too.");

        Assert.Equal(3, await aicli.RunAsync("login", "--email", "ada@example.org"));

        Assert.Contains("--code CODE", aicli.Error.ToString());
        api.Only("POST /auth/login");
    }

    [Fact]
    public async Task Can_tell_when_a_locked_account_may_be_tried_again()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Environment = { ["AICLI_PASSWORD"] = "p" } };
        api.On("POST /auth/login", context =>
        {
            context.Response.Headers.RetryAfter = "1800";
            return ApiDouble.JsonAsync(context, 423, new { code = "locked_out", title = "Too many attempts have failed." }, "application/problem+json");
        });

        Assert.Equal(1, await aicli.RunAsync("login", "--email", "ada@example.org"));
        Assert.Contains("Try again in 30 minutes, at 20", aicli.Error.ToString());

        Assert.Equal(1, await aicli.RunAsync("login", "--email", "ada@example.org", "--json"));
        var error = JsonDocument.Parse(aicli.Error.ToString()).RootElement.GetProperty("error");
        Assert.Equal("locked_out", error.GetProperty("code").GetString());
        Assert.Equal(1800, error.GetProperty("retry_after").GetInt32());
    }

    [Fact]
    public async Task Can_tell_of_a_session_that_made_room()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Environment = { ["AICLI_PASSWORD"] = "p" } };
        api.On("POST /auth/login", new
        {
            access_token = "t", expires_in = 900, user = Some.User,
            ended_sessions = new[] { new { id = Some.TaskId, reason = "session_limit", created_at = Some.At, address = "192.0.2.7", user_agent = "Firefox\u001b[2J" } },
        });

        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org", "--json"));

        Assert.Equal("session_limit", aicli.Document().GetProperty("ended_sessions")[0].GetProperty("reason").GetString());
        Assert.Contains("192.0.2.7", aicli.Error.ToString());
        Assert.DoesNotContain("\u001b", aicli.Error.ToString());
    }

    [Fact]
    public async Task Cannot_sign_in_without_a_password_where_nobody_can_be_asked()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("login", "--email", "ada@example.org"));

        Assert.Contains("AICLI_PASSWORD", aicli.Error.ToString());
        Assert.Contains("--password-stdin", aicli.Error.ToString());
        Assert.Empty(api.Seen);
    }

    [Fact]
    public async Task Cannot_sign_in_with_a_wrong_password_and_leaves_no_file()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Environment = { ["AICLI_PASSWORD"] = "wrong" } };
        api.Refuses("POST /auth/login", 401, "invalid_credentials", "Sign-in refused", "E-mail address or password is wrong.");

        Assert.Equal(3, await aicli.RunAsync("login", "--email", "ada@example.org"));

        Assert.Equal("aicli: Sign-in refused: E-mail address or password is wrong.\n", aicli.Error.ToString());
        Assert.False(File.Exists(aicli.Credentials));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Cannot_use_a_login_that_others_can_read_or_change(UnixFileMode more)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        File.SetUnixFileMode(aicli.Credentials, Owner | more);

        Assert.Equal(3, await aicli.RunAsync("whoami"));

        Assert.Contains("chmod 600", aicli.Error.ToString());
        Assert.DoesNotContain(api.Seen, seen => seen.Line == "GET /auth/me");
    }

    [Fact]
    public async Task Cannot_make_the_token_leave_for_another_server()
    {
        await using var home = await ApiDouble.StartAsync();
        await using var stranger = await ApiDouble.StartAsync();
        using var aicli = new Aicli(home);
        await aicli.SignInAsync(home);
        stranger.On("GET /auth/me", Some.User);

        Assert.Equal(3, await aicli.RunAsync("whoami", "--server", stranger.Address));

        Assert.Contains("sent nowhere else", aicli.Error.ToString());
        Assert.Empty(stranger.Seen);
    }

    [Fact]
    public async Task Can_use_the_saved_logins_server_when_none_is_named()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        aicli.Environment.Remove("AICLI_SERVER");
        api.On("GET /auth/me", Some.User);

        Assert.Equal(0, await aicli.RunAsync("whoami", "--json"));

        Assert.Equal("ada@example.org", aicli.Document().GetProperty("email").GetString());
    }

    [Fact]
    public async Task Can_sign_out_here_and_there()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        api.On("POST /auth/logout", null, 204);

        Assert.Equal(0, await aicli.RunAsync("logout", "--json"));

        Assert.Equal("signed_out", aicli.Document().GetProperty("action").GetString());
        Assert.Equal("Bearer first-token", api.Only("POST /auth/logout").Headers["Authorization"]);
        Assert.False(File.Exists(aicli.Credentials));
        Assert.Equal(3, await aicli.RunAsync("whoami"));
    }

    [Fact]
    public async Task Can_sign_out_here_while_the_server_fails_and_says_so()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        api.Refuses("POST /auth/logout", 503, "store_unavailable", "The store is away");

        Assert.Equal(1, await aicli.RunAsync("logout"));

        Assert.False(File.Exists(aicli.Credentials));
        Assert.Contains("forgotten here", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_register_and_asks_for_the_password_twice()
    {
        await using var api = await ApiDouble.StartAsync();
        var typed = new Queue<string>(["one", "two", "same", "same"]);
        using var aicli = new Aicli(api) { Interactive = true, ReadSecret = typed.Dequeue };
        api.On("POST /auth/register", Some.User, 201);

        Assert.Equal(2, await aicli.RunAsync("register", "--email", "ada@example.org", "--name", "Ada"));
        Assert.Empty(api.Seen);
        Assert.Equal(0, await aicli.RunAsync("register", "--email", "ada@example.org", "--name", "Ada"));

        var sent = api.Only("POST /auth/register");
        Assert.Equal("same", sent.Json.GetProperty("password").GetString());
        Assert.Equal("Ada", sent.Json.GetProperty("name").GetString());
        Assert.False(sent.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Can_replace_a_link_at_the_files_place_without_writing_through_it()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var elsewhere = aicli.Write("elsewhere", "untouched");
        Directory.CreateDirectory(Path.GetDirectoryName(aicli.Credentials)!);
        File.CreateSymbolicLink(aicli.Credentials, elsewhere);
        aicli.Environment["AICLI_PASSWORD"] = "p";
        api.On("POST /auth/login", Some.Login("t", null));

        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org"));

        Assert.Equal("untouched", await File.ReadAllTextAsync(elsewhere, TestContext.Current.CancellationToken));
        Assert.Equal(Owner, File.GetUnixFileMode(aicli.Credentials));
    }
}
