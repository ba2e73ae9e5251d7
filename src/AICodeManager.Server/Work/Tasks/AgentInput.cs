using System.Text;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>What is said to an agent, line by line. An agent that does not read fills its pipe: that is waited for only so long.</summary>
internal sealed class AgentInput(Stream input, TimeSpan patience, TimeProvider time)
{
    /// <exception cref="IOException">The agent's input is closed.</exception>
    /// <exception cref="TimeoutException">The agent does not read.</exception>
    public async Task SendAsync(string line, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await input.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), either.Token);
            await input.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }
}
