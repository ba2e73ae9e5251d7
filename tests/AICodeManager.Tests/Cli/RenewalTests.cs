using System.Runtime.Versioning;
using System.Text.Json;
using AICodeManager.Cli;
using AICodeManager.Cli.Credentials;

namespace AICodeManager.Tests.Cli;

[UnsupportedOSPlatform("windows")] // File modes are a Unix matter.
public sealed class RenewalTests
{
    [Fact]
    public async Task Can_renew_a_spent_token_once_and_keeps_the_new_pair()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        api.Refuses("GET /auth/me", 401, "token_expired", "The token has expired").On("GET /auth/me", Some.User)
            .On("POST /auth/refresh", Some.Refreshed("second-token", "second-refresh"));

        Assert.Equal(0, await aicli.RunAsync("whoami"));

        var refresh = api.Only("POST /auth/refresh");
        Assert.Equal("first-refresh", refresh.Json.GetProperty("refresh_token").GetString());
        Assert.False(refresh.Headers.ContainsKey("Authorization"));
        Assert.Equal("Bearer second-token", api.Seen.Last().Headers["Authorization"]);
        var saved = JsonDocument.Parse(await File.ReadAllTextAsync(aicli.Credentials, TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal("second-refresh", saved.GetProperty("refresh_token").GetString());
        Assert.Equal("ada@example.org", saved.GetProperty("user").GetProperty("email").GetString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(aicli.Credentials));
    }

    [Fact]
    public async Task Can_renew_together_with_another_process_without_spending_the_refresh_token_twice()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        // The other process renews between this one's reading of the file and the server's refusal.
        api.On("GET /auth/me", async context =>
            {
                var file = await File.ReadAllTextAsync(aicli.Credentials);
                await File.WriteAllTextAsync(aicli.Credentials, file.Replace("first-token", "others-token"));
                await ApiDouble.JsonAsync(context, 401, new { code = "token_expired", title = "expired" }, "application/problem+json");
            })
            .On("GET /auth/me", Some.User);

        Assert.Equal(0, await aicli.RunAsync("whoami"));

        Assert.Equal("Bearer others-token", api.Seen.Last().Headers["Authorization"]);
        Assert.DoesNotContain(api.Seen, seen => seen.Line == "POST /auth/refresh");
    }

    [Fact]
    public async Task Cannot_renew_where_the_server_refuses_and_says_how_to_sign_in()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        api.Refuses("GET /auth/me", 401, "session_ended", "The session has ended").Refuses("POST /auth/refresh", 401, "invalid_refresh_token", "Refused");

        Assert.Equal(3, await aicli.RunAsync("whoami"));

        Assert.Equal("aicli: The session has ended. Sign in with: aicli login\n", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_renew_in_many_processes_at_once_with_one_refresh()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        api.On("GET /auth/me", context => context.Request.Headers.Authorization == "Bearer second-token"
                ? ApiDouble.JsonAsync(context, 200, Some.User)
                : ApiDouble.JsonAsync(context, 401, new { code = "token_expired", title = "expired" }, "application/problem+json"))
            .On("POST /auth/refresh", Some.Refreshed("second-token", "second-refresh"))
            .Refuses("POST /auth/refresh", 401, "invalid_refresh_token", "A spent token ends the session");

        var exits = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => aicli.Beside().RunAsync("whoami")));

        Assert.All(exits, exit => Assert.Equal(0, exit));
        api.Only("POST /auth/refresh");
    }

    [Fact]
    public async Task Can_ask_once_more_for_a_refresh_whose_answer_was_lost()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        api.Refuses("GET /auth/me", 401, "token_expired", "The token has expired").On("GET /auth/me", Some.User)
            .On("POST /auth/refresh", context =>
            {
                context.Abort();
                return Task.CompletedTask;
            })
            .On("POST /auth/refresh", Some.Refreshed("second-token", "second-refresh"));

        Assert.Equal(0, await aicli.RunAsync("whoami"));

        var asked = api.Seen.Where(seen => seen.Line == "POST /auth/refresh").Select(seen => seen.Json.GetProperty("refresh_token").GetString());
        Assert.Equal(["first-refresh", "first-refresh"], asked);
    }

    [Fact]
    public async Task Cannot_cost_a_second_attempt_by_sending_a_refused_password_again()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        aicli.In = new StringReader("wrong\nnew password\n");
        api.Refuses("POST /auth/password", 401, "invalid_credentials", "The current password is wrong.");

        Assert.Equal(3, await aicli.RunAsync("account", "password", "--password-stdin"));

        api.Only("POST /auth/password");
        Assert.DoesNotContain(api.Seen, seen => seen.Line == "POST /auth/refresh");
        Assert.Equal("aicli: The current password is wrong.\n", aicli.Error.ToString());
    }

    [Fact]
    public async Task Cannot_change_the_login_while_another_process_renews_it()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        var before = await File.ReadAllTextAsync(aicli.Credentials, TestContext.Current.CancellationToken);
        api.On("POST /auth/logout", null, 204);
        var impatient = Patience.Default with { CredentialLock = TimeSpan.Zero };
        aicli.Patience = impatient;
        aicli.Environment["AICLI_PASSWORD"] = "p";

        using (await new CredentialFile(Path.GetDirectoryName(aicli.Credentials)!)
            .LockAsync(impatient, TimeProvider.System, TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, await aicli.RunAsync("login", "--email", "bob@example.org"));
            Assert.Equal(1, await aicli.RunAsync("logout"));
            Assert.Equal(before, await File.ReadAllTextAsync(aicli.Credentials, TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, await aicli.RunAsync("logout"));
    }

    [Fact]
    public async Task Cannot_bring_a_forgotten_login_back_by_renewing_it()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        // Another process signs out between this one's reading of the file and the server's refusal.
        api.On("GET /auth/me", context =>
        {
            File.Delete(aicli.Credentials);
            return ApiDouble.JsonAsync(context, 401, new { code = "token_expired", title = "expired" }, "application/problem+json");
        });

        Assert.Equal(3, await aicli.RunAsync("whoami"));

        Assert.False(File.Exists(aicli.Credentials));
        Assert.DoesNotContain(api.Seen, seen => seen.Line == "POST /auth/refresh");
    }

    [Fact]
    public async Task Can_be_told_from_other_programs_by_a_name_that_stays_the_same()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        api.On("GET /auth/me", Some.User);

        Assert.Equal(0, await aicli.RunAsync("whoami"));

        var version = typeof(CliApplication).Assembly.GetName().Version!.ToString(3);
        Assert.All(api.Seen, seen => Assert.Equal($"aicli/{version}", seen.Headers["User-Agent"]));
    }
}
