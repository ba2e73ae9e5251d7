using System.Net;
using AICodeManager.Cli;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Credentials;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Signing;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Cli;

/// <summary>How requests are signed: each sending anew, by the server's time, whatever their size.</summary>
public sealed class SigningTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(600, "10 minutes ahead of the server's")]
    [InlineData(-70, "behind the server's")]
    [InlineData(-30 * 3600 / 2, "15 hours behind the server's")]
    public async Task Can_sign_with_a_wrong_clock_and_says_that_it_is_wrong(int seconds, string said)
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = Aicli.At(server);
        aicli.Clock = new FakeClock(DateTimeOffset.UtcNow.AddSeconds(seconds));
        Assert.Equal(0, await aicli.RunAsync("register", "--email", "ada@example.org"));

        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org"));
        Assert.Contains(said, Assert.Single(aicli.Error.ToString().TrimEnd().Split('\n')));
        Assert.NotNull(aicli.KeyFile);
        Assert.Equal(0, await aicli.RunAsync("whoami"));

        Assert.Contains(said, Assert.Single(aicli.Error.ToString().TrimEnd().Split('\n')));
        Assert.Equal([401, 200], traffic.Seen.Where(one => one.Line == "GET /auth/me").Select(one => one.Status));
    }

    [Fact]
    public async Task Cannot_be_made_to_sign_for_a_time_that_is_days_away()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = await KeyFileTests.WithKeyAsync(api);
        api.On("GET /auth/me", context =>
        {
            context.Response.Headers.Date = DateTimeOffset.UtcNow.AddDays(4).ToString("r");
            return ApiDouble.JsonAsync(context, 401, new { code = "signature_expired", title = "Too old" }, "application/problem+json");
        });

        Assert.Equal(3, await aicli.RunAsync("whoami"));

        Assert.Contains("4 days behind the server's", aicli.Error.ToString());
        api.Only("GET /auth/me");
    }

    [Fact]
    public async Task Can_ask_again_when_a_connection_had_sent_a_question_twice_but_changes_nothing_twice()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = await KeyFileTests.WithKeyAsync(api);
        api.Refuses("GET /auth/me", 401, "replay_detected", "Served already").On("GET /auth/me", Some.User)
            .Refuses("POST /workspaces", 401, "replay_detected", "Served already");

        Assert.Equal(0, await aicli.RunAsync("whoami"));
        Assert.Equal(3, await aicli.RunAsync("workspace", "create", "payments"));

        Assert.Equal(2, Nonces(api, "GET /auth/me").Distinct().Count());
        api.Only("POST /workspaces");
    }

    [Fact]
    public async Task Can_take_up_a_broken_stream_with_a_new_signature()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = await KeyFileTests.WithKeyAsync(api);
        var line = $"GET /tasks/{Some.TaskId}/events";
        api.Streams(Some.TaskId, Some.State(1, "running")).Streams(Some.TaskId, Some.State(2, "succeeded"))
            .On($"GET /tasks/{Some.TaskId}", Some.Task("running"));

        Assert.Equal(0, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Equal(2, Nonces(api, line).Distinct().Count());
        Assert.Equal("1", api.Seen.Last(seen => seen.Line == line).Headers["Last-Event-ID"]);
    }

    [Fact]
    public async Task Can_upload_files_and_forms_with_their_digest()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = await KeyFileTests.WithKeyAsync(api);
        var file = aicli.Write("notes.tar.gz", new string('x', 300_000));
        var (upload, create) = ($"PUT /projects/{Some.ProjectId}/files/notes.tar.gz", $"POST /workspaces/{Some.WorkspaceId}/projects");
        api.On(upload, null, 204).On(create, Some.Project(), 201);

        Assert.True(await aicli.RunAsync("project", "upload", Some.ProjectId, file) == 0, aicli.Error.ToString());
        Assert.True(
            await aicli.RunAsync("project", "create", "--workspace", Some.WorkspaceId, "--name", "api", "--archive", file, "--no-wait") == 0,
            aicli.Error.ToString());

        foreach (var sent in new[] { api.Only(upload), api.Only(create) })
        {
            Assert.Equal(ContentDigest.Of(sent.Body), sent.Headers["Content-Digest"]);
            Assert.Contains("\"content-digest\"", sent.Headers["Signature-Input"]);
            Assert.True(sent.Body.Length >= 300_000);
        }
    }

    [Fact]
    public async Task Can_sign_a_body_of_any_size_without_holding_it()
    {
        using var pair = SigningKey.Generate();
        const long size = 24 << 20;
        var sources = new List<Zeros>();
        var handler = new Reading(async request =>
        {
            // The digest is there, and of what is to be sent not a byte was read before it is asked for.
            Assert.True(request.Content!.Headers.Contains("Content-Digest"));
            Assert.Equal([size, 0], sources.Select(one => one.Position).Order().Reverse());
            await using var body = await request.Content.ReadAsStreamAsync(Cancel);
            var most = new byte[1 << 20];
            await body.ReadExactlyAsync(most, Cancel);
            Assert.InRange(sources.Min(one => one.Position), most.Length, most.Length + (256 << 10));
        });
        using var http = new HttpClient(handler);
        Assert.True(ServerAddress.TryParse("https://aicode.example.org", out var server));
        var wire = new Wire(http, server, Patience.Default, TimeProvider.System);
        var request = new Request(HttpMethod.Put, "/projects/x/files/y")
        {
            Body = () =>
            {
                sources.Add(new Zeros(size));
                return new StreamContent(sources[^1]);
            },
        };

        using var answer = await wire.SendAsync(
            request, new Secret("t"), new RequestSigner(pair, Some.KeyId), HttpCompletionOption.ResponseContentRead, Cancel);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static IReadOnlyList<string> Nonces(ApiDouble api, string line) =>
    [
        .. api.Seen.Where(seen => seen.Line == line).Select(seen => seen.Headers["Signature-Input"].Split(";nonce=\"")[1].Split('"')[0]),
    ];

    private sealed class Reading(Func<HttpRequestMessage, Task> read) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await read(request);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
    }

    /// <summary>Zeros, as many as are wanted.</summary>
    private sealed class Zeros(long length) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => length;
        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var take = (int)Math.Min(count, length - Position);
            Array.Clear(buffer, offset, take);
            Position += take;
            return take;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
