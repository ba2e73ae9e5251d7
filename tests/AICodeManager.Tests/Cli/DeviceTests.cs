using System.Runtime.Versioning;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.Cli;

[UnsupportedOSPlatform("windows")] // File modes are a Unix matter.
public sealed class DeviceTests
{
    private static Func<HttpContext, Task> Knows(string device, int status = 200, object? body = null) => context =>
    {
        context.Response.Headers["X-Device-Token"] = device;
        return ApiDouble.JsonAsync(context, status, body ?? (status == 204 ? null : Some.Login("t", "r")));
    };

    private static async Task<string?> SentAsync(Aicli aicli, ApiDouble api, string email = "ada@example.org")
    {
        api.Seen.Clear();
        aicli.Environment["AICLI_PASSWORD"] = "p";
        await aicli.RunAsync("login", "--email", email);
        return api.Seen.Last(seen => seen.Line == "POST /auth/login").Json.TryGetProperty("device", out var device) ? device.GetString() : null;
    }

    [Fact]
    public async Task Can_be_known_to_an_account_even_after_signing_out()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("POST /auth/login", Knows("device.1.mac")).On("POST /auth/login", Knows("device.2.mac")).On("POST /auth/logout", null, 204);

        Assert.Null(await SentAsync(aicli, api));
        Assert.Equal("device.1.mac", await SentAsync(aicli, api, "ADA@example.org"));
        aicli.Environment.Remove("AICLI_TOKEN");
        Assert.Equal(0, await aicli.RunAsync("logout"));

        Assert.DoesNotContain("\"access_token\"", await File.ReadAllTextAsync(aicli.Credentials, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(aicli.Credentials));
        Assert.Equal(3, await aicli.RunAsync("whoami"));
        Assert.Contains("Not signed in", aicli.Error.ToString());
        Assert.Equal("device.2.mac", await SentAsync(aicli, api));
        Assert.DoesNotContain("device.2.mac", aicli.Out.ToString() + aicli.Error);
    }

    [Fact]
    public async Task Cannot_tell_another_account_or_another_server()
    {
        await using var home = await ApiDouble.StartAsync();
        await using var stranger = await ApiDouble.StartAsync();
        using var aicli = new Aicli(home);
        home.On("POST /auth/login", Knows("device.1.mac"));
        stranger.On("POST /auth/login", Some.Login("t", "r"));

        Assert.Null(await SentAsync(aicli, home));
        Assert.Null(await SentAsync(aicli, home, "bob@example.org"));
        aicli.Environment["AICLI_SERVER"] = stranger.Address;
        Assert.Null(await SentAsync(aicli, stranger));
    }

    [Fact]
    public async Task Can_show_its_device_while_the_account_is_locked_for_strangers_and_keeps_it_through_a_renewal()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        aicli.Environment.Remove("AICLI_TOKEN");
        api.On("POST /auth/login", Knows("device.1.mac")).Refuses("POST /auth/login", 423, "locked_out", "Too many attempts have failed.");
        Assert.Null(await SentAsync(aicli, api));
        api.Refuses("GET /auth/me", 401, "token_expired", "expired").On("GET /auth/me", Some.User).On("POST /auth/refresh", Some.Refreshed("t2", "r2"));
        Assert.Equal(0, await aicli.RunAsync("whoami"));

        Assert.Equal("device.1.mac", await SentAsync(aicli, api));
    }

    [Fact]
    public async Task Can_learn_its_new_name_when_the_password_changes()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        aicli.Environment.Remove("AICLI_TOKEN");
        api.On("POST /auth/login", Knows("device.1.mac")).On("POST /auth/password", Knows("device.9.mac", 204));
        Assert.Null(await SentAsync(aicli, api));
        aicli.In = new StringReader("p\r\nnew password\n");

        Assert.Equal(0, await aicli.RunAsync("account", "password", "--password-stdin", "--json"));

        Assert.Equal("password_changed", aicli.Document().GetProperty("action").GetString());
        var sent = api.Only("POST /auth/password").Json;
        Assert.Equal("p", sent.GetProperty("current_password").GetString());
        Assert.Equal("new password", sent.GetProperty("password").GetString());
        Assert.Equal("device.9.mac", await SentAsync(aicli, api));
    }

    [Theory]
    [InlineData(201)]
    [InlineData(5000)]
    public async Task Cannot_be_kept_from_signing_in_by_a_device_token_that_no_server_accepts(int length)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("POST /auth/login", Knows(new string('x', length)));

        Assert.Null(await SentAsync(aicli, api));
        Assert.Null(await SentAsync(aicli, api));
    }
}
