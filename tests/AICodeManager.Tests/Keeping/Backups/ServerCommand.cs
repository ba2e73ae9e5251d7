using System.Diagnostics;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary><c>aicli-web</c> with some command, as a process of its own that a test may kill.</summary>
internal sealed class ServerCommand : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly Process process;
    private readonly Task<string> output, error;

    public ServerCommand(string folder, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "aicli-web.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
    }

    public bool HasEnded => process.HasExited;

    /// <summary>Its exit code and what it said, when it has ended.</summary>
    public async Task<(int Code, string Output, string Error)> EndAsync()
    {
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>SIGKILL: no goodbye, no clean-up.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(Cancel);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
