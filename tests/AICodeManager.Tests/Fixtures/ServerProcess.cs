using System.Collections.Concurrent;
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
    private readonly IReadOnlyDictionary<string, string> more;
    private string urls = "http://127.0.0.1:0";
    private Process? process;

    private ServerProcess(string engine, ScriptedModelServer model, IReadOnlyDictionary<string, string> more) =>
        (this.engine, this.model, this.more) = (engine, model, more);

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public ScriptedModelServer Model => model;

    public string DataFolder => folder.File("data");

    /// <summary>What it wrote to standard output and standard error.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <param name="more">Environment variables beside the tests' own, or instead of them.</param>
    /// <param name="config">Text of a <c>config.yml</c>.</param>
    public static async Task<ServerProcess> StartAsync(
        string engine, ModelScript script, IReadOnlyDictionary<string, string>? more = null, string? config = null)
    {
        Assert.SkipWhen(engine != "none" && Environment.GetEnvironmentVariable("AICLI_TEST_ROOTFS") is null, "no workspace image: run ./test");
        var server = new ServerProcess(engine, await ScriptedModelServer.StartAsync(script, Cancel), more ?? new Dictionary<string, string>());
        if (config is not null)
        {
            await File.WriteAllTextAsync(server.folder.File("config.yml"), config, Cancel);
        }

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
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        foreach (var (name, value) in Variables())
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        _ = KeepAsync(process.StandardError);
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            Output.Enqueue(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                (urls, Address) = (match.Value, new Uri(match.Value));
                _ = KeepAsync(process.StandardOutput);
                return;
            }
        }

        throw new InvalidOperationException($"The server ended without listening: {string.Join('\n', Output)}");
    }

    /// <summary>SIGTERM, as an operator stops it.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process!.Id}"]);
        await process.WaitForExitAsync(Cancel);
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

    private async Task KeepAsync(StreamReader said)
    {
        while (await said.ReadLineAsync(CancellationToken.None) is { } line)
        {
            Output.Enqueue(line);
        }
    }

    private Dictionary<string, string> Variables() => new(new Dictionary<string, string>
    {
        ["AICLI_DATA"] = folder.File("data"),
        ["AICLI_SANDBOX"] = engine,
        ["ANTHROPIC_BASE_URL"] = model.BaseAddress.ToString().TrimEnd('/'),
        ["ANTHROPIC_API_KEY"] = TaskLab.RealKey,
        ["LOG_LEVEL"] = "error",
        ["API_RATE_LIMIT_ENABLED"] = "false",
    }.Concat(more).GroupBy(variable => variable.Key, variable => variable.Value).ToDictionary(same => same.Key, same => same.Last()));

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
