using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Carries an agent's output, line by line, into the queue of its run.</summary>
internal static class OutputPump
{
    /// <param name="offset">Where in the whole output <paramref name="output"/> begins.</param>
    /// <param name="limit">Bytes of the whole output; the line that passes it is the last one carried.</param>
    public static async Task RunAsync(Stream output, long offset, long limit, RunInbox inbox, CancellationToken cancel)
    {
        try
        {
            await foreach (var line in LineReader.ReadAsync(output, offset, cancel))
            {
                await inbox.PostLineAsync(new RunStep.Line(line), cancel);
                if (line.EndOffset > limit)
                {
                    // The run ends when it comes to this line; nothing after it need be held in memory.
                    return;
                }
            }

            await inbox.PostLineAsync(new RunStep.OutputEnded(), cancel);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (Exception e) when (e is IOException or SandboxException)
        {
            // Behind the lines that were read before: they count.
            await Task.WhenAny(inbox.PostLineAsync(new RunStep.OutputEnded(), cancel).AsTask());
        }
    }
}
