using System.Text;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>What is said to an agent, line by line. An agent that does not read fills its pipe: that is waited for only so long.</summary>
/// <param name="ending">Cancelled when the run is to end whatever the agent does.</param>
internal sealed class AgentInput(Stream input, TimeSpan patience, TimeProvider time, CancellationToken ending)
{
    /// <exception cref="IOException">The agent's input is closed.</exception>
    /// <exception cref="TimeoutException">The agent does not read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the run is to end.</exception>
    public async Task SendAsync(string line, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, ending);
        await WriteAsync(line).WaitAsync(patience, time, either.Token);
    }

    /// <summary>The last line of a run, said although it is to end.</summary>
    public Task SendLastAsync(string line, CancellationToken cancel) => WriteAsync(line).WaitAsync(cancel);

    // Not every pipe lets go of a write by itself; whoever waits for it does so with a limit.
    private async Task WriteAsync(string line)
    {
        await input.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), CancellationToken.None);
        await input.FlushAsync(CancellationToken.None);
    }
}
