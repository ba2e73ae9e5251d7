using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Bench.Pipeline;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Audit;

/// <summary>What somebody who uses the server notices of a thousand events a second, and how many events there can be.</summary>
internal static class AuditBench
{
    private const int Rate = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private static readonly (string Name, string? Kind)[] Phases =
        [("nothing else", null), ($"{Rate:n0} refusals/s", AuditServer.Refusals), ($"{Rate:n0} changes/s", AuditServer.Changes)];

    public static async Task<int> RunAsync(int rounds, TimeSpan length, CancellationToken cancel)
    {
        using var folder = new ScratchFolder();
        await using var postgres = await LocalPostgres.StartAsync(folder.Make("postgres"), cancel);
        await MeasureAsync("sqlite", folder.Make("sqlite"), null, rounds, length, cancel);
        await MeasureAsync("postgresql", folder.Make("pg"), postgres.Url(await postgres.NewDatabaseAsync(cancel)).Reveal(), rounds, length, cancel);
        return 0;
    }

    private static async Task MeasureAsync(string name, string data, string? database, int rounds, TimeSpan length, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(AuditBench).Assembly.Location, "audit-server", "--data", data, .. database is null ? Array.Empty<string>() : ["--database", database]])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            using var http = new HttpClient { BaseAddress = await AddressAsync(process, cancel), Timeout = TimeSpan.FromMinutes(2) };
            var workspace = await SignInAsync(http, cancel);
            foreach (var (_, kind) in Phases)
                await PhaseAsync(http, workspace, kind, TimeSpan.FromSeconds(2), new(), new(), cancel); // compiled and warm
            var figures = Phases.Select(_ => (Reads: new Samples(), Writes: new Samples(), Events: new List<double>())).ToList();
            for (var round = 0; round < rounds; round++)
            {
                for (var phase = 0; phase < Phases.Length; phase++)
                    figures[phase].Events.Add(await PhaseAsync(http, workspace, Phases[phase].Kind, length, figures[phase].Reads, figures[phase].Writes, cancel));
            }

            var table = new Table(name, "events/s", "read, median", "p99", "write, median", "p99");
            for (var phase = 0; phase < Phases.Length; phase++)
            {
                var (reads, writes, events) = figures[phase];
                table.Add(
                    Phases[phase].Name, Rounds.Text(events.Average(), "n0"), Text(reads.Median), Text(reads.At(0.99)), Text(writes.Median), Text(writes.At(0.99)));
            }

            table.Print();
            var most = await EventsAsync(http, AuditServer.Changes, 0, length, cancel);
            Console.WriteLine($"at most: {Rounds.Text(most, "n0")} changes/s, each with its event, by 16 writers\n");
        }
        finally
        {
            await Tool.OutputAsync("kill", $"{process.Id}");
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(40), CancellationToken.None);
        }
    }

    private static async Task<double> PhaseAsync(
        HttpClient http, string workspace, string? kind, TimeSpan length, Samples reads, Samples writes, CancellationToken cancel)
    {
        var events = kind is null ? Task.FromResult(0.0) : EventsAsync(http, kind, Rate, length, cancel);
        var began = Stopwatch.GetTimestamp();
        List<Task<TimeSpan>> read = [], written = [];
        using var ticks = new PeriodicTimer(Interval);
        for (var number = 0; Stopwatch.GetElapsedTime(began) < length && await ticks.WaitForNextTickAsync(cancel); number++)
        {
            if (number % 2 == 0)
                read.Add(TimedAsync(() => http.GetAsync(new Uri("/api/v1/auth/me", UriKind.Relative), cancel)));
            else
                written.Add(TimedAsync(() => http.PutAsJsonAsync($"/api/v1/workspaces/{workspace}", new { name = $"w{number}" }, cancel)));
        }

        foreach (var took in await Task.WhenAll(read))
            reads.Add(took);
        foreach (var took in await Task.WhenAll(written))
            writes.Add(took);
        return await events;
    }

    private static async Task<double> EventsAsync(HttpClient http, string kind, int rate, TimeSpan length, CancellationToken cancel) =>
        long.Parse(await http.GetStringAsync($"/events/{kind}/{rate}/{(int)length.TotalMilliseconds}", cancel), CultureInfo.InvariantCulture) / length.TotalSeconds;

    private static async Task<TimeSpan> TimedAsync(Func<Task<HttpResponseMessage>> ask)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await ask();
        if (!answer.IsSuccessStatusCode)
            throw new BenchException($"{answer.RequestMessage!.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task<string> SignInAsync(HttpClient http, CancellationToken cancel)
    {
        var person = new { email = "bench@example.com", password = "a passphrase that nobody guesses" };
        await http.PostAsJsonAsync("/api/v1/auth/register", person, cancel);
        var login = await http.PostAsJsonAsync("/api/v1/auth/login", person, cancel);
        var token = JsonElement.Parse(await login.Content.ReadAsStringAsync(cancel)).GetProperty("access_token").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var made = await http.PostAsJsonAsync("/api/v1/workspaces", new { name = "w" }, cancel);
        return JsonElement.Parse(await made.Content.ReadAsStringAsync(cancel)).GetProperty("id").GetString()!;
    }

    private static async Task<Uri> AddressAsync(Process process, CancellationToken cancel)
    {
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(MeasuredServer.AddressMark, StringComparison.Ordinal))
            {
                _ = DrainAsync(process);
                return new Uri(line[MeasuredServer.AddressMark.Length..]);
            }
        }

        throw new BenchException("The measured server did not start.");
    }

    // What it logs is shown: a full pipe would stop it.
    private static async Task DrainAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            await Console.Error.WriteLineAsync(line);
    }

    private static string Text(TimeSpan took) => $"{Rounds.Text(took.TotalMilliseconds, "n2")} ms";
}
