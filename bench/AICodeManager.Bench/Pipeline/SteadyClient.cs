using System.Diagnostics;

namespace AICodeManager.Bench.Pipeline;

/// <summary>Somebody who uses a server, a request at every interval whether or not the last was answered.</summary>
/// <param name="http">Proves who it is; with a limit of its own and the API's address. Ended with this.</param>
internal sealed class SteadyClient(HttpClient http, TimeSpan interval) : IDisposable
{
    /// <summary>What came of the requests of one phase.</summary>
    /// <param name="Took">From before it was signed until its answer was read.</param>
    /// <param name="Refusal">The first answer that was no success.</param>
    public sealed record Served(int Sent, int Successes, Samples Took, string? Refusal);

    public Task<string> GetAsync(string path, CancellationToken cancel) => http.GetStringAsync(path, cancel);

    /// <summary>Sends until told to stop, then waits for the answers.</summary>
    public async Task<Served> UseAsync(CancellationToken until)
    {
        List<Task<(TimeSpan Took, string? Refusal)>> all = [];
        using var timer = new PeriodicTimer(interval);
        while (await IsTimeAsync(timer, until))
            all.Add(AskAsync());
        var answers = await Task.WhenAll(all);
        var took = new Samples();
        foreach (var answer in answers)
            took.Add(answer.Took);
        return new Served(answers.Length, answers.Count(a => a.Refusal is null), took, answers.FirstOrDefault(a => a.Refusal is not null).Refusal);
    }

    public void Dispose() => http.Dispose();

    private async Task<(TimeSpan, string?)> AskAsync()
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await http.GetAsync(new Uri("auth/me", UriKind.Relative), CancellationToken.None); // bounded by the client's own limit
            var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            return (Stopwatch.GetElapsedTime(began), answer.IsSuccessStatusCode ? null : $"{(int)answer.StatusCode}: {text}");
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return (Stopwatch.GetElapsedTime(began), fault.Message);
        }
    }

    private static async Task<bool> IsTimeAsync(PeriodicTimer timer, CancellationToken until)
    {
        try
        {
            return await timer.WaitForNextTickAsync(until);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
