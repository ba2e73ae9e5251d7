using System.CommandLine;
using System.Runtime.InteropServices;
using AICodeManager.Bench;
using AICodeManager.Bench.Backups;
using AICodeManager.Bench.BruteForce;
using AICodeManager.Bench.Detection;
using AICodeManager.Bench.Pipeline;

var engines = new Option<string[]>("--engine")
{
    Description = "docker or bubblewrap; may be given twice.",
    DefaultValueFactory = _ => ["docker", "bubblewrap"],
    AllowMultipleArgumentsPerToken = true,
};
engines.AcceptOnlyFromAmong("docker", "bubblewrap");
var rounds = new Option<int>("--rounds")
{
    Description = "How often all levels are gone through, 1 to 20; the quickest of each is reported.",
    DefaultValueFactory = _ => 2,
};
rounds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 20)
        result.AddError("--rounds takes 1 to 20.");
});
var runs = new Option<int>("--runs") { Description = "Measured starts of each kind, 1 to 1000.", DefaultValueFactory = _ => 10 };
runs.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 1000)
        result.AddError("--runs takes 1 to 1000.");
});
var levels = new Option<string>("--levels")
{
    Description = "Values of tasks.max_concurrent to try, separated by commas.",
    DefaultValueFactory = _ => "1,2,4,8,16",
};
levels.Validators.Add(result =>
{
    if (!result.GetValueOrDefault<string>()!.Split(',').All(text => int.TryParse(text, out var level) && level is >= 1 and <= 256))
        result.AddError("--levels takes whole numbers from 1 to 256, separated by commas.");
});

var taskStart = new Command("task-start", "How long until a task's CLI speaks, beside the same CLI in a plain sandbox.") { engines, runs };
taskStart.SetAction((parsed, cancel) => TaskStartBench.RunAsync(parsed.GetRequiredValue(engines), parsed.GetValue(runs), cancel));
var concurrency = new Command("concurrency", "How many tasks at once this machine holds.") { engines, levels, rounds };
concurrency.SetAction((parsed, cancel) => ConcurrencyBench.RunAsync(
    parsed.GetRequiredValue(engines), [.. parsed.GetRequiredValue(levels).Split(',').Select(int.Parse).Order()], parsed.GetValue(rounds), cancel));

var seconds = new Option<int>("--seconds") { Description = "Length of one measurement, 1 to 60.", DefaultValueFactory = _ => 4 };
seconds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 60)
        result.AddError("--seconds takes 1 to 60.");
});
var connections = new Option<int>("--connections") { Description = "Of the load, 1 to 1000.", DefaultValueFactory = _ => 64 };
connections.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 1000)
        result.AddError("--connections takes 1 to 1000.");
});
var pipelineRounds = new Option<int>("--rounds") { Description = "How often the kinds take turns, 1 to 100.", DefaultValueFactory = _ => 5 };
pipelineRounds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 100)
        result.AddError("--rounds takes 1 to 100.");
});
var pipeline = new Command("pipeline", "What the layers cost an authenticated request, beside a bare route of the same process.") { pipelineRounds, seconds, connections };
pipeline.SetAction((parsed, cancel) => PipelineBench.RunAsync(
    parsed.GetValue(pipelineRounds), parsed.GetValue(seconds), parsed.GetValue(connections), cancel));
var shortSeconds = new Option<int>("--seconds") { Description = "Length of one measurement, 1 to 20: signatures are good for a minute.", DefaultValueFactory = _ => 4 };
shortSeconds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 20)
        result.AddError("--seconds takes 1 to 20.");
});
var only = new Option<string?>("--only") { Description = "library or server; left out, both." };
only.AcceptOnlyFromAmong("library", "server");
var signatures = new Command("signatures", "What verifying signed requests costs: the library beside the bare check, the server beside bearer tokens.")
{
    pipelineRounds, shortSeconds, connections, only,
};
signatures.SetAction((parsed, cancel) => SignaturesBench.RunAsync(
    parsed.GetValue(pipelineRounds), parsed.GetValue(shortSeconds), parsed.GetValue(connections),
    parsed.GetValue(only) is null or "library", parsed.GetValue(only) is null or "server", cancel));
var forgeries = new Option<int>("--requests") { Description = "How many are forged, 1,000 to 100,000,000.", DefaultValueFactory = _ => 1_000_000 };
forgeries.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1_000 or > 100_000_000)
        result.AddError("--requests takes 1000 to 100000000.");
});
var forgery = new Command("forgery", "Forged requests against one key, while its owner uses it from the same address.") { forgeries, connections };
forgery.SetAction((parsed, cancel) => ForgeryBench.RunAsync(parsed.GetValue(forgeries), parsed.GetValue(connections), cancel));
var corpora = new Argument<string>("folder") { Description = "Where attack.jsonl.gz and benign.jsonl.gz lie." };
var verdicts = new Option<string?>("--verdicts") { Description = "File that gets a line a request: its id, a tab, 1 where it was refused." };
var costRounds = new Option<int>("--rounds") { Description = "How often each request is timed, 0 to 100.", DefaultValueFactory = _ => 5 };
costRounds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 0 or > 100)
        result.AddError("--rounds takes 0 to 100.");
});
var detection = new Command("detection", "What attack detection finds in corpora of attacks and honest requests, and what it costs.") { corpora, verdicts, costRounds };
detection.SetAction((parsed, cancel) => DetectionBench.RunAsync(
    parsed.GetRequiredValue(corpora), parsed.GetValue(verdicts), parsed.GetValue(costRounds), cancel));
var layers = new Command("layers", "What each layer costs a request, one after the other.") { pipelineRounds, seconds, connections };
layers.SetAction((parsed, cancel) => LayersBench.RunAsync(
    parsed.GetValue(pipelineRounds), parsed.GetValue(seconds), parsed.GetValue(connections), cancel));
var encryption = new Command("encryption", "Encryption's share of an authenticated request: sessions sealed, and in clear.") { pipelineRounds, seconds, connections };
encryption.SetAction((parsed, cancel) => EncryptionBench.RunAsync(
    parsed.GetValue(pipelineRounds), parsed.GetValue(seconds), parsed.GetValue(connections), cancel));
var flood = new Command("flood", "Requests refused a second beside requests served, and an honest client beside 10,000 addresses that flood.")
{
    pipelineRounds, seconds, connections,
};
flood.SetAction((parsed, cancel) => FloodBench.RunAsync(
    parsed.GetValue(pipelineRounds), parsed.GetValue(seconds), parsed.GetValue(connections), cancel));
var scenarios = new Argument<string>("FILE")
{
    Description = "Gzipped file of one scenario a line.", DefaultValueFactory = _ => "../shared/attacks/brute-force.jsonl.gz",
};
var bruteForce = new Command("brute-force", "Recorded guessing, and honest people, against the guard of sign-ins.") { scenarios };
bruteForce.SetAction((parsed, cancel) => BruteForceBench.RunAsync(parsed.GetRequiredValue(scenarios), cancel));
var megabytes = new Option<int>("--megabytes") { Description = "How much there is to copy, 1 to 100,000.", DefaultValueFactory = _ => 300 };
megabytes.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 100_000)
        result.AddError("--megabytes takes 1 to 100000.");
});
var backups = new Command("backups", "Backup and restore beside cp of a SQLite file, and pg_dump and pg_restore of the same rows.") { megabytes, rounds };
backups.SetAction((parsed, cancel) => BackupsBench.RunAsync(parsed.GetValue(megabytes), parsed.GetValue(rounds), cancel));
var data = new Option<string>("--data") { Required = true };
var setting = new Option<string[]>("--setting") { DefaultValueFactory = _ => [] };
var redis = new Option<string?>("--redis");
var measured = new Command("pipeline-server") { data, redis, setting };
measured.Hidden = true;
measured.SetAction((parsed, cancel) => MeasuredServer.RunAsync(parsed.GetRequiredValue(data), parsed.GetValue(redis), parsed.GetRequiredValue(setting), cancel));

// Not the command line's own way, which ends the process after two seconds: servers and sandboxes must go first.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

try
{
    return await new RootCommand("Measurements of AICode Manager on this machine.")
    {
        taskStart, concurrency, pipeline, layers, encryption, flood, signatures, forgery, detection, bruteForce, backups, measured,
    }
        .Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
}
catch (Exception failed) when (failed is BenchException or HttpRequestException or IOException)
{
    await Console.Error.WriteLineAsync($"bench: {failed.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("bench: stopped.");
    return 1;
}
