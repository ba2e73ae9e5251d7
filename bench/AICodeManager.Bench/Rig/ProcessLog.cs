using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AICodeManager.Bench.Rig;

/// <summary>Takes up what a server writes, so that it never blocks, and finds in it what else nothing tells.</summary>
internal sealed partial class ProcessLog
{
    private const int Kept = 20;
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource proven = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> last = new();

    public ProcessLog(Process process)
    {
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public async Task<Uri> AddressAsync(TimeSpan limit, CancellationToken cancel)
    {
        await WithinAsync(address.Task, "tell its address", limit, cancel);
        return await address.Task;
    }

    /// <summary>Until the last stage of its escape probes is over; the first one opens the gate, which <c>/readyz</c> tells.</summary>
    public Task ProvenAsync(TimeSpan limit, CancellationToken cancel) => WithinAsync(proven.Task, "finish its escape probes", limit, cancel);

    private async Task WithinAsync(Task done, string what, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            await done.WaitAsync(limit, cancel);
        }
        catch (TimeoutException)
        {
            lock (last)
                throw new BenchException($"The server did not {what} within {limit.TotalSeconds} s. It said:\n{string.Join('\n', last)}");
        }
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (last)
        {
            last.Enqueue(line);
            if (last.Count > Kept)
                last.Dequeue();
        }

        if (Told().Match(line) is { Success: true } told)
            address.TrySetResult(new Uri(told.Groups[1].Value));
        else if (line.Contains("(Bombs, ", StringComparison.Ordinal))
            proven.TrySetResult();
        else if (line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal))
            Console.Error.WriteLine($"server: {line}");
    }

    [GeneratedRegex(@"listens on (http://\S+)")]
    private static partial Regex Told();
}
