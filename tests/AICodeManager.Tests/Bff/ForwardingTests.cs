using System.Net;
using System.Net.Http.Json;
using System.Text;
using AICodeManager.Server.Bff;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.Bff;

/// <summary>What a BFF changes of a request and an answer: next to nothing (RFC 9110 section 7.6).</summary>
public sealed class ForwardingTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private ApiUpstream api = null!;
    private BffRig bff = null!;

    public async ValueTask InitializeAsync()
    {
        api = await ApiUpstream.StartAsync();
        bff = await BffRig.StartAsync(api.Address, new BffOptions(api.Address) { BodyLimit = 1 << 20, Silence = TimeSpan.FromSeconds(20) });
    }

    public async ValueTask DisposeAsync()
    {
        await bff.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Headers_of_one_connection_end_here_and_all_others_go_on()
    {
        var answer = await RawAsync(
            "GET", "/api/v1/x",
            "Connection: close\r\nKeep-Alive: 5\r\nProxy-Authorization: x\r\nProxy-Connection: y\r\nTE: trailers\r\nUpgrade: h2c\r\nX-Kept: \u00e9, a;b=\"c\"\r\n");
        Assert.Equal(200, answer.Status);
        Assert.All(["Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Upgrade", "Connection"], name => Assert.DoesNotContain(name, api.Last.Headers.Keys));
        Assert.Equal("\u00e9, a;b=\"c\"", api.Last.Headers["X-Kept"]);
    }

    [Fact]
    public async Task A_header_that_the_connection_names_ends_here()
    {
        using var answer = await bff.Page.SendAsync("GET", "/api/v1/x", headers: [("Connection", "X-Private, x-other"), ("X-Private", "1"), ("X-Other", "2"), ("X-Third", "3")]);
        Assert.Equal(["X-Third"], api.Last.Headers.Keys.Intersect(["X-Private", "X-Other", "X-Third", "Connection"]));
    }

    [Fact]
    public async Task Nobody_but_the_bff_says_who_asks()
    {
        await RawAsync(
            "GET", "/api/v1/x",
            "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\nForwarded: for=1.2.3.4\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /x\r\nX-Real-IP: 1.2.3.4\r\n");
        var headers = api.Last.Headers;
        Assert.Equal(("127.0.0.1", "http", "localhost"), (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"], headers["X-Forwarded-Host"]));
        Assert.Equal("for=127.0.0.1;proto=http;host=\"localhost\"", headers["Forwarded"]);
        Assert.All(["X-Forwarded-Prefix", "X-Real-IP"], name => Assert.DoesNotContain(name, headers.Keys));
        Assert.Equal((api.Address.Authority, "1.1 aicli-bff"), (headers["Host"], headers["Via"]));
    }

    [Theory]
    [InlineData("/api/v1/%7Ex/y%3B?q=%7e%2F..&a=b+c&&")]
    [InlineData("/api/v1/a//b/c;x=1/...d")]
    [InlineData("/auth/callback/x?code=a%20b")]
    [InlineData("/healthz?")]
    [InlineData("/.well-known/jwks.json")]
    public async Task Targets_go_out_byte_for_byte(string target)
    {
        Assert.Equal(200, (await RawAsync("GET", target)).Status);
        Assert.Equal(target, api.Last.Target);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/admin")]
    [InlineData("/api/v2/x")]
    [InlineData("/healthz/x")]
    public async Task What_is_not_passed_on_is_not_there(string target)
    {
        Assert.Equal(404, (await RawAsync("GET", target)).Status);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task A_target_that_names_a_host_is_refused()
    {
        Assert.Equal((400, "malformed_target"), await OutcomeAsync("GET", "http://localhost/api/v1/x"));
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("/api/v1/../../secret")]
    [InlineData("/api/v1/%2e%2e/secret")]
    [InlineData("/api/v1/x%2Fy")]
    [InlineData("/api/v1/x?q=%zz")]
    public async Task A_target_that_two_readers_may_read_differently_goes_no_further(string target)
    {
        Assert.Equal((400, "malformed_target"), await OutcomeAsync("GET", target));
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    [InlineData(302)]
    [InlineData(418)]
    [InlineData(503)]
    public async Task Answers_come_back_as_they_are(int status)
    {
        api.On("/api/v1/x", context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Append("Set-Cookie", "a=1; path=/");
            context.Response.Headers.Append("Set-Cookie", "b=2; path=/");
            context.Response.Headers.Connection = "X-Ours";
            context.Response.Headers["X-Ours"] = "1";
            context.Response.Headers.Location = "/elsewhere?%2F";
            return Task.CompletedTask;
        });
        using var answer = await bff.Page.SendAsync("GET", "/api/v1/x");
        Assert.Equal((status, "/elsewhere?%2F"), ((int)answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Equal(["a=1; path=/", "b=2; path=/"], bff.Page.SetCookies);
        Assert.False(answer.Headers.Contains("X-Ours"));
    }

    [Fact]
    public async Task Events_arrive_one_by_one_and_the_api_hears_that_the_browser_left()
    {
        var next = new SemaphoreSlim(0);
        var gone = new TaskCompletionSource();
        api.On("/api/v1/events", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(Cancel);
            using var left = context.RequestAborted.Register(gone.SetResult);
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync(Cancel);
                await context.Response.WriteAsync($"id: {i}\n\n", Cancel);
                await context.Response.Body.FlushAsync(Cancel);
            }

            await gone.Task.WaitAsync(Cancel);
        });
        // The head comes before anything was said.
        using (var answer = await bff.Page.SendAsync("GET", "/api/v1/events", until: HttpCompletionOption.ResponseHeadersRead))
        {
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
            for (var i = 0; i < 3; i++)
            {
                next.Release();
                Assert.Equal($"id: {i}", await lines.ReadLineAsync(Cancel));
                Assert.Equal("", await lines.ReadLineAsync(Cancel));
            }
        }

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    [Fact]
    public async Task An_unsigned_body_streams_while_the_api_reads_it()
    {
        var first = new TaskCompletionSource();
        api.On("/api/v1/x", async context =>
        {
            Assert.Equal(1, await context.Request.Body.ReadAsync(new byte[10], Cancel));
            first.SetResult();
            await context.Request.Body.CopyToAsync(Stream.Null, Cancel);
        });
        using var content = new PieceContent(first.Task);
        using var answer = await bff.Page.SendAsync("POST", "/api/v1/x", content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_does_not_look_whole()
    {
        var read = new TaskCompletionSource();
        api.On("/api/v1/x", async context =>
        {
            await context.Response.WriteAsync("half", Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            await read.Task.WaitAsync(Cancel);
            context.Abort();
        });
        using var answer = await bff.Page.SendAsync("GET", "/api/v1/x", until: HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
        await body.ReadExactlyAsync(new byte[4], Cancel);
        read.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(async () => Assert.Fail($"{await body.ReadAsync(new byte[10], Cancel)} bytes, and no fault"));
    }

    [Fact]
    public async Task An_api_that_is_away_is_told_as_such_and_served_again_when_it_is_back()
    {
        await api.StopAsync();
        Assert.Equal((502, "upstream_unavailable"), await bff.Page.TryAsync("GET", "/api/v1/x"));
        Assert.Equal((502, "upstream_unavailable"), await bff.Page.TryAsync("POST", "/api/v1/x", JsonContent.Create(new { })));
    }

    [Fact]
    public async Task An_api_that_says_nothing_is_not_waited_for_without_end()
    {
        api.On("/api/v1/x", context => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted));
        await using var hasty = await BffRig.StartAsync(api.Address, new BffOptions(api.Address) { Answer = TimeSpan.FromMilliseconds(200) });
        Assert.Equal((504, "upstream_timeout"), await hasty.Page.TryAsync("GET", "/api/v1/x"));
        Assert.Equal((504, "upstream_timeout"), await hasty.Page.TryAsync("POST", "/api/v1/x", JsonContent.Create(new { })));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_body_over_the_limit_is_refused_signed_or_not(bool withKey, bool chunked)
    {
        if (withKey)
            await bff.Page.SignInAsync();
        var before = api.Requests.Count;
        using HttpContent body = chunked ? new PieceContent(Task.CompletedTask, 1 << 20) : new ByteArrayContent(new byte[(1 << 20) + 1]);
        // Asking first, or the client may meet a closed connection before it reads the answer.
        Assert.Equal((413, "too_large"), await bff.Page.TryAsync("POST", "/api/v1/x", body, ("Expect", "100-continue")));
        Assert.Equal(before, api.Requests.Count);
    }

    [Fact]
    public async Task It_makes_no_secret_but_its_own()
    {
        await bff.Page.SignInAsync();
        Assert.Equal(["bff"], Directory.EnumerateFileSystemEntries(bff.DataFolder, "*", SearchOption.AllDirectories)
            .Where(File.Exists).Select(Path.GetFileName));
    }

    private async Task<RawAnswer> RawAsync(string method, string target, string headers = "") =>
        (await RawHttp.SendAsync(bff.Page.Address, Encoding.Latin1.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{(headers.Contains("Connection: close", StringComparison.Ordinal) ? "" : "Connection: close\r\n")}{headers}\r\n"), hangUp: false, Cancel))!;

    private async Task<(int, string?)> OutcomeAsync(string method, string target) => await RawAsync(method, target) is var answer ? (answer.Status, answer.Code) : default;

    /// <summary>One byte, and the rest when it is time for it; chunked.</summary>
    private sealed class PieceContent(Task until, int rest = 10) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[1], Cancel);
            await stream.FlushAsync(Cancel);
            await until.WaitAsync(Cancel);
            await stream.WriteAsync(new byte[rest], Cancel);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
