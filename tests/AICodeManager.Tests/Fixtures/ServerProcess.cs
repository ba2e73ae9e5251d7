using System.Diagnostics;
using System.Text.RegularExpressions;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Tests.Fixtures;

/// <summary>The server as a process of its own, to be killed and started again on the same data and address.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly ScriptedModelServer model;
    private readonly string engine;
    private string urls = "http://127.0.0.1:0";
    private Process? process;

    private ServerProcess(string engine, ScriptedModelServer model) => (this.engine, this.model) = (engine, model);

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public ScriptedModelServer Model => model;

    public static async Task<ServerProcess> StartAsync(string engine, ModelScript script)
    {
        Assert.SkipWhen(engine != "none" && Environment.GetEnvironmentVariable("AICLI_TEST_ROOTFS") is null, "no workspace image: run ./test");
        var server = new ServerProcess(engine, await ScriptedModelServer.StartAsync(script, Cancel));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Where a project's working copy lies on the host.</summary>
    public string WorkFolder(string project) => Path.Combine(folder.File("data"), "projects", project, "work");

    /// <summary>Starts on the same address as before, and waits for the line that says so.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "aicli-web.dll"), "serve", "--urls", urls])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder.Path,
        };
        foreach (var (name, value) in Variables())
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                (urls, Address) = (match.Value, new Uri(match.Value));
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException("The server ended without listening.");
    }

    /// <summary>SIGKILL: no goodbye, no clean-up.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process?.Dispose();
        await RemoveSandboxesAsync();
        await model.DisposeAsync();
        folder.Dispose();
    }

    private Dictionary<string, string> Variables() => new()
    {
        ["AICLI_DATA"] = folder.File("data"),
        ["AICLI_SANDBOX"] = engine,
        ["ANTHROPIC_BASE_URL"] = model.BaseAddress.ToString().TrimEnd('/'),
        ["ANTHROPIC_API_KEY"] = TaskLab.RealKey,
        ["LOG_LEVEL"] = "error",
        ["API_RATE_LIMIT_ENABLED"] = "false",
    };

    private async Task RemoveSandboxesAsync()
    {
        var options = SandboxSetup.Options(ConfigurationLoader.Load(Variables(), folder.Path).Settings);
        using var engines = new SandboxEngines(options, TimeProvider.System);
        foreach (var each in engines.InOrder)
        {
            foreach (var left in await each.FindAsync(new Dictionary<string, string>(), CancellationToken.None))
            {
                await each.RemoveAsync(left.Name, CancellationToken.None);
            }
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+")]
    private static partial Regex Listening();
}
