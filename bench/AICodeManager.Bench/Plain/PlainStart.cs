using System.Diagnostics;
using System.Text.Json;
using AICodeManager.Bench.Rig;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Bench.Plain;

/// <summary>Starts the CLI, gives it the lines the server gives it, and waits for the line that begins its session.</summary>
internal static class PlainStart
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <returns>From before the first process to the session's first line; no model is called until then.</returns>
    public static async Task<TimeSpan> MeasureAsync(PlainKind kind, ScratchFolder scratch, WorkspaceImage image, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Limit);
        var folders = new PlainFolders(scratch);
        var info = kind.Command(folders, image);
        (info.RedirectStandardInput, info.RedirectStandardOutput, info.RedirectStandardError) = (true, true, true);
        var agent = new ClaudeCode();
        var since = Stopwatch.GetTimestamp();
        using var process = Process.Start(info) ?? throw new BenchException($"{kind.Name} could not be started.");
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            foreach (var line in (string[])[.. agent.Greeting, agent.Prompt("go")])
                await process.StandardInput.WriteAsync($"{line}\n".AsMemory(), patience.Token);
            await process.StandardInput.FlushAsync(patience.Token);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } said)
            {
                if (IsBeginning(said))
                    return Stopwatch.GetElapsedTime(since);
            }

            throw new BenchException($"{kind.Name}: the CLI ended before its session began: {await errors}");
        }
        catch (OperationCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            throw new BenchException($"{kind.Name}: the CLI's session did not begin within {Limit.TotalSeconds} s.", fault);
        }
        finally
        {
            await kind.EndAsync(folders);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static bool IsBeginning(string line)
    {
        var message = JsonElement.Parse(line);
        return message.GetProperty("type").GetString() == "system" && message.GetProperty("subtype").GetString() == "init";
    }
}
