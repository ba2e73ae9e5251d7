using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.ScriptedModel;

/// <summary>A stand-in for the Anthropic Messages API that answers by a script. For tests and demonstrations, never for production.</summary>
/// <remarks>It answers <c>POST /v1/messages</c>, <c>POST /v1/messages/count_tokens</c> and <c>HEAD /</c>, and records every request.</remarks>
public sealed class ScriptedModelServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ModelScript script;
    private readonly int[] uses;
    private readonly Gates gates = new();
    private readonly Lock guard = new();
    private readonly List<RecordedRequest> requests = [];
    private readonly Channel<RecordedRequest> arrivals = Channel.CreateUnbounded<RecordedRequest>();
    private readonly CancellationTokenSource closing = new();

    private ScriptedModelServer(ModelScript script, WebApplication app)
    {
        this.script = script;
        this.app = app;
        uses = new int[script.Rules.Count];
        app.Run(AnswerAsync);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:41873</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>All requests so far, in the order of arrival.</summary>
    public IReadOnlyList<RecordedRequest> Requests
    {
        get { lock (guard) return [.. requests]; }
    }

    /// <summary>Starts on the address given, or on a free port of 127.0.0.1.</summary>
    public static async Task<ScriptedModelServer> StartAsync(ModelScript script, CancellationToken cancel, Uri? listen = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls((listen ?? new Uri("http://127.0.0.1:0")).ToString());
        builder.WebHost.ConfigureKestrel(o => o.Limits.MaxRequestBodySize = 64 << 20);
        var server = new ScriptedModelServer(script, builder.Build());
        await server.app.StartAsync(cancel);
        var addresses = server.app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        server.BaseAddress = new Uri(addresses.Addresses.First());
        return server;
    }

    /// <summary>Lets the blocks pass that wait for <paramref name="hold"/>, now and later.</summary>
    public void Release(string hold) => gates.Open(hold);

    /// <summary>The next request that nobody has waited for yet.</summary>
    public ValueTask<RecordedRequest> NextRequestAsync(CancellationToken cancel) => arrivals.Reader.ReadAsync(cancel);

    /// <summary>Runs until the process is told to end.</summary>
    public Task RunAsync(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.DisposeAsync();
        closing.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Token);
        try
        {
            await AnswerAsync(http, await RecordAsync(http, ends.Token), ends.Token);
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext http, RecordedRequest request, CancellationToken cancel)
    {
        var path = http.Request.Path.Value;
        if (HttpMethods.IsHead(request.Method) && path == "/")
            return;
        if (!HttpMethods.IsPost(request.Method) || path is not ("/v1/messages" or "/v1/messages/count_tokens"))
            await RefuseAsync(http, new ScriptError(404, "not_found_error", "The stand-in knows POST /v1/messages and /v1/messages/count_tokens."), cancel);
        else if (script.RequireKey is { } key && http.Request.Headers["x-api-key"] != key)
            await RefuseAsync(http, new ScriptError(401, "authentication_error", "invalid x-api-key"), cancel);
        else if (path.EndsWith("count_tokens", StringComparison.Ordinal))
            await http.Response.WriteAsJsonAsync(new { input_tokens = Quarter(request.Body) }, cancel);
        else
            await AnswerMessageAsync(http, request, cancel);
    }

    private async Task AnswerMessageAsync(HttpContext http, RecordedRequest request, CancellationToken cancel)
    {
        Conversation talk;
        try
        {
            using var body = JsonDocument.Parse(request.Body);
            talk = Conversation.Read(body.RootElement);
        }
        catch (JsonException fault)
        {
            await RefuseAsync(http, new ScriptError(400, "invalid_request_error", fault.Message), cancel);
            return;
        }

        var answer = Choose(talk);
        if (answer is null)
            await RefuseAsync(http, new ScriptError(400, "invalid_request_error", "No rule of the script fits this conversation."), cancel);
        else if (answer.Error is { } error)
            await RefuseAsync(http, error, cancel);
        else if (answer.Fault == ScriptFault.Hang || (answer.Fault == ScriptFault.Stall && !talk.Stream))
            await Task.Delay(Timeout.Infinite, cancel);
        else if (answer.Fault == ScriptFault.Reset)
            http.Abort();
        else
            await new AnswerWriter(http, talk, answer, answer.Usage ?? Guess(request.Body, answer), gates).WriteAsync(cancel);
    }

    private ScriptAnswer? Choose(Conversation talk)
    {
        lock (guard)
        {
            for (var i = 0; i < uses.Length; i++)
            {
                var rule = script.Rules[i];
                if (rule.When?.Fits(talk) == false || uses[i] >= (rule.Times ?? int.MaxValue))
                    continue;
                uses[i]++;
                return rule.Answer;
            }

            return null;
        }
    }

    private async Task<RecordedRequest> RecordAsync(HttpContext http, CancellationToken cancel)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(cancel);
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new RecordedRequest(http.Request.Method, target, http.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase), body);
        lock (guard)
            requests.Add(request);
        arrivals.Writer.TryWrite(request);
        return request;
    }

    private static async Task RefuseAsync(HttpContext http, ScriptError error, CancellationToken cancel)
    {
        http.Response.StatusCode = error.Status;
        http.Response.ContentType = "application/json";
        foreach (var (name, value) in error.Headers ?? new Dictionary<string, string>())
            http.Response.Headers[name] = value;
        await http.Response.WriteAsync(error.Body ?? MessageEvents.Error(error.Type, error.Message).ToJsonString(), cancel);
    }

    private static ScriptUsage Guess(string body, ScriptAnswer answer) =>
        new(Quarter(body), answer.Blocks.Sum(b => Quarter((b.Text ?? b.Thinking ?? b.Tool) + b.Input?.ToJsonString())));

    private static long Quarter(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;
}
