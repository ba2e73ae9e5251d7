using System.Collections.Concurrent;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Docker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.Work.Sandbox.Docker;

/// <summary>An engine that misbehaves on demand: everything works until a test gives a call another answer.</summary>
internal sealed class FakeDocker : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string socket = Path.Combine(Lab.Folder(), "docker.sock");
    private readonly ConcurrentDictionary<string, RequestDelegate> answers = new();

    private FakeDocker()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket));
        app = builder.Build();
        app.Run(AnswerAsync);
        On("version", context => context.Response.WriteAsync("""{"ApiVersion":"1.41","MinAPIVersion":"1.12","Version":"fake"}"""));
        On("create", context => Json(context, 201, """{"Id":"c1","Warnings":[]}"""));
        On("attach", UpgradeAsync);
        On("wait", HoldAsync);
        On("start", context => Json(context, 204, ""));
        On("json", context => Json(context, 200, """{"State":{"Running":true}}"""));
        On("DELETE", context => Json(context, 204, ""));
    }

    /// <summary>Calls so far, each as its last word.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public static async Task<FakeDocker> StartAsync()
    {
        var fake = new FakeDocker();
        await fake.app.StartAsync(Lab.Cancel);
        return fake;
    }

    /// <summary>Answers a call from now on in another way.</summary>
    public void On(string call, RequestDelegate answer) => answers[call] = answer;

    public void On(string call, int status, string body) => On(call, context => Json(context, status, body));

    public DockerEngine Engine(double haste = 1) =>
        new(new DockerSettings(socket, "fake"), new SandboxImage("aicli/workspace:x", null), Lab.Seccomp(), new HastyTime(haste));

    /// <summary>Sends headers, then nothing more until the connection ends.</summary>
    public static async Task HoldAsync(HttpContext context)
    {
        await context.Response.Body.FlushAsync();
        await FreezeAsync(context);
    }

    /// <summary>Answers nothing at all.</summary>
    public static async Task FreezeAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        using var _ = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private static async Task UpgradeAsync(HttpContext context)
    {
        context.Response.Headers["Upgrade"] = "tcp";
        await using var stream = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        await stream.CopyToAsync(Stream.Null, context.RequestAborted);
    }

    private static Task Json(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return body.Length == 0 ? Task.CompletedTask : context.Response.WriteAsync(body);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var call = context.Request.Method == "DELETE" ? "DELETE" : Path.GetFileName(context.Request.Path.Value!);
        Calls.Enqueue(call);
        return answers.TryGetValue(call, out var answer) ? answer(context) : Json(context, 404, """{"message":"no such call"}""");
    }
}
