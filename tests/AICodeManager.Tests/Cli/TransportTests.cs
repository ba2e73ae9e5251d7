using System.Net;
using System.Net.Sockets;
using AICodeManager.Cli;
using AICodeManager.Cli.Api;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.Cli;

public sealed class TransportTests
{
    [Fact]
    public async Task Cannot_be_led_elsewhere_by_a_redirect()
    {
        await using var api = await ApiDouble.StartAsync();
        await using var stranger = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        stranger.On("GET /auth/me", Some.User);
        api.On("GET /auth/me", context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = stranger.Address + "/api/v1/auth/me";
            return Task.CompletedTask;
        });

        Assert.Equal(1, await aicli.RunAsync("whoami"));

        Assert.Empty(stranger.Seen);
        Assert.Contains("redirect", aicli.Error.ToString());
    }

    [Fact]
    public async Task Cannot_reach_a_server_that_is_not_there()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var aicli = new Aicli { Environment = { ["AICLI_TOKEN"] = "t" } };

        Assert.Equal(5, await aicli.RunAsync("whoami", "--server", $"http://127.0.0.1:{port}"));

        Assert.Contains("cannot be reached", aicli.Error.ToString());
    }

    [Theory]
    [InlineData(400, 1)]
    [InlineData(401, 3)]
    [InlineData(403, 1)]
    [InlineData(404, 4)]
    [InlineData(409, 1)]
    [InlineData(429, 1)]
    [InlineData(500, 1)]
    [InlineData(503, 1)]
    public async Task Can_tell_by_the_exit_code_what_the_server_answered(int status, int exit)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Refuses("GET /auth/me", status, "some_code", "A title", "A detail");

        Assert.Equal(exit, await aicli.RunAsync("whoami"));

        Assert.StartsWith("aicli: A title: A detail", aicli.Error.ToString());
        Assert.Equal("", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_show_every_wrong_field_on_one_line()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Refuses(
            "POST /workspaces", 400, "invalid_input", "The input is wrong", "Two fields.",
            new { name = new[] { "is too long", "has a \u001b[2Jslash" }, colour = "is not known" });

        Assert.Equal(1, await aicli.RunAsync("workspace", "create", "x"));

        Assert.Equal(
            "aicli: The input is wrong: Two fields. name: is too long; name: has a \\u{1b}[2Jslash; colour: is not known.\n",
            aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_show_a_failure_as_json_on_standard_error_and_nothing_on_standard_output()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Refuses("POST /workspaces", 400, "invalid_input", "The input is wrong", null, new { name = new[] { "is too long" } });

        Assert.Equal(1, await aicli.RunAsync("workspace", "create", "x", "--json"));

        Assert.Equal("", aicli.Out.ToString());
        var error = System.Text.Json.JsonDocument.Parse(aicli.Error.ToString()).RootElement.GetProperty("error");
        Assert.Equal("invalid_input", error.GetProperty("code").GetString());
        Assert.Equal(400, error.GetProperty("status").GetInt32());
        Assert.Equal(1, error.GetProperty("exit_code").GetInt32());
        Assert.Equal("is too long", error.GetProperty("errors").GetProperty("name")[0].GetString());
    }

    [Fact]
    public async Task Can_say_plainly_when_a_proxy_answers_in_html()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /auth/me", context => ApiDouble.JsonAsync(context, 502, "<h1>Bad gateway</h1>", "text/html"));

        Assert.Equal(1, await aicli.RunAsync("whoami"));

        Assert.Equal("aicli: The server answered 502 BadGateway.\n", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_say_plainly_when_an_answer_is_not_json()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /auth/me", context => context.Response.WriteAsync("hello"));

        Assert.Equal(1, await aicli.RunAsync("whoami"));

        Assert.Contains("not what this aicli understands", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_give_up_on_a_server_that_never_answers()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Patience = Patience.Default with { Answer = TimeSpan.FromMilliseconds(50) } };
        api.On("GET /auth/me", context => ApiDouble.HangAsync(context));

        Assert.Equal(5, await aicli.RunAsync("whoami"));

        Assert.Contains("did not answer", aicli.Error.ToString());
    }

    [Theory]
    [InlineData("http://aicode.example.org", true)]
    [InlineData("https://aicode.example.org", false)]
    [InlineData("http://localhost:8080", false)]
    [InlineData("http://127.0.0.9", false)]
    [InlineData("http://[::1]:8080", false)]
    [InlineData("http://localhost.example.org", true)]
    public async Task Can_warn_of_plain_http_that_leaves_the_machine(string server, bool warns)
    {
        using var aicli = new Aicli();

        Assert.Equal(3, await aicli.RunAsync("whoami", "--server", server));

        Assert.Equal(warns, aicli.Error.ToString().Contains("plain http", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("aicode.example.org")]
    [InlineData("ftp://aicode.example.org")]
    [InlineData("http://ada:secret@aicode.example.org")]
    [InlineData("http://aicode.example.org/?a=b")]
    [InlineData("/tmp/socket")]
    public async Task Cannot_take_what_is_not_an_address(string server)
    {
        using var aicli = new Aicli();

        Assert.Equal(2, await aicli.RunAsync("whoami", "--server", server));

        Assert.Contains("accepted is http", aicli.Error.ToString());
    }

    [Theory]
    [InlineData("HTTPS://AICode.example.org:443/", "https://aicode.example.org", true)]
    [InlineData("http://a.example", "https://a.example", false)]
    [InlineData("https://a.example", "https://a.example:8443", false)]
    [InlineData("https://a.example/one", "https://a.example/two", false)]
    public void Can_tell_whether_two_addresses_are_one(string left, string right, bool same)
    {
        Assert.True(ServerAddress.TryParse(left, out var one));
        Assert.True(ServerAddress.TryParse(right, out var other));
        Assert.Equal(same, one == other);
    }

    [Theory]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a b")]
    public async Task Cannot_smuggle_a_header_in_a_token(string token)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Environment = { ["AICLI_TOKEN"] = token } };

        Assert.Equal(2, await aicli.RunAsync("whoami"));

        Assert.Empty(api.Seen);
    }
}
