using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.Cli;

/// <summary>The API as section E of the contract has it, on loopback. A request that no test registered is answered with 501.</summary>
internal sealed class ApiDouble : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, Task>>> answers = new();

    private ApiDouble(WebApplication app) => this.app = app;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    public static async Task<ApiDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new ApiDouble(builder.Build());
        api.app.Run(api.AnswerAsync);
        await api.app.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }

    /// <summary>Answers <c>METHOD /route</c> (below /api/v1, as sent on the wire). Several answers come in turn, the last one again and again.</summary>
    public ApiDouble On(string request, Func<HttpContext, Task> answer)
    {
        answers.GetOrAdd(request, _ => new()).Enqueue(answer);
        return this;
    }

    public ApiDouble On(string request, object? body, int status = 200) => On(request, context => JsonAsync(context, status, body));

    public ApiDouble Refuses(string request, int status, string code, string title, string? detail = null, object? errors = null) =>
        On(request, context => JsonAsync(context, status, new { code, title, status, detail, errors }, "application/problem+json"));

    /// <summary>Asks for a fresh proof as RFC 9470 has it.</summary>
    /// <param name="proof"><c>confirm</c>, <c>password</c> or <c>second_factor</c>.</param>
    public ApiDouble Demands(string request, string proof) => On(request, context =>
    {
        context.Response.Headers.WWWAuthenticate =
            "Bearer error=\"insufficient_user_authentication\", error_description=\"A fresh proof is needed\", "
            + $"acr_values=\"urn:aicli:{proof}\", max_age=\"1800\"";
        return JsonAsync(
            context, 401, new { code = "step_up_required", title = "Confirm that it is you.", status = 401, detail = $"Needed: {proof}." },
            "application/problem+json");
    });

    /// <summary>Answers an event stream with these events, each <c>(id, type, data)</c>, and ends it.</summary>
    public ApiDouble Streams(string task, params (int Id, string Type, object Data)[] events) =>
        On($"GET /tasks/{task}/events", async context =>
        {
            foreach (var (id, type, data) in events)
                await EventAsync(context, id, type, data);
        });

    public static async Task JsonAsync(HttpContext context, int status, object? body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        if (body is null)
            return;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body as string ?? JsonSerializer.Serialize(body));
    }

    public static async Task EventAsync(HttpContext context, int id, string type, object data)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"id: {id}\nevent: {type}\ndata: {data as string ?? JsonSerializer.Serialize(data)}\n\n");
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Leaves the caller waiting until it goes away.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public SeenRequest Only(string request) => Assert.Single(Seen, seen => seen.Line == request);

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var line = $"{context.Request.Method} {(target.StartsWith("/api/v1", StringComparison.Ordinal) ? target["/api/v1".Length..] : target)}";
        Seen.Enqueue(new SeenRequest(
            line, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        if (answers.TryGetValue(line, out var queue) && queue.TryPeek(out var answer))
        {
            if (queue.Count > 1)
                queue.TryDequeue(out _);
            await answer(context);
            return;
        }

        // A server without keys, unless a test says otherwise.
        var (status, code) = line == "POST /keys" ? (404, "not_found") : (501, "not_registered");
        await JsonAsync(context, status, new { code, title = $"no test registered {line}" }, "application/problem+json");
    }
}

/// <param name="Line">Method and target as they stood on the wire.</param>
internal sealed record SeenRequest(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
