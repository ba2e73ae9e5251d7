using AICodeManager.Bench.Pipeline;

namespace AICodeManager.Bench.Signed;

/// <summary>What a flood of forged requests came to, and whether all is as it should be.</summary>
internal sealed class ForgeryReport
{
    private static readonly string[] ExpectedOnce = ["potential_attack", "signature_source_throttled"];

    private readonly List<string> faults = [];

    public required int Requests { get; init; }

    public required IReadOnlyDictionary<string, long> EventsBefore { get; init; }

    public IReadOnlyDictionary<string, long> EventsAfter { get; set; } = new Dictionary<string, long>();

    /// <summary>Managed bytes in use after a full collection.</summary>
    public required long HeapBefore { get; init; }

    public long HeapAfter { get; set; }

    /// <summary>Bytes of the server's process: before, then as the flood went on.</summary>
    public List<long> Resident { get; } = [];

    public List<(string Name, SteadyClient.Served Served)> Phases { get; } = [];

    public IReadOnlyDictionary<string, long> Forged { get; set; } = new Dictionary<string, long>();

    public TimeSpan Took { get; set; }

    public string KeyState { get; set; } = "";

    /// <summary>Writes it down; false where something is not as it should be.</summary>
    public bool Print()
    {
        PrintForged();
        PrintOwner();
        PrintEvents();
        Console.WriteLine(
            $"Server's memory: resident {Mib(Resident[0])} before, {Mib(Resident[Resident.Count / 2])} halfway, {Mib(Resident[^1])} at the end; "
            + $"managed and in use {Mib(HeapBefore)} before, {Mib(HeapAfter)} after.");
        Console.WriteLine($"The key is {KeyState}.");
        Demand(KeyState == "active", "the key is not good any more");
        foreach (var fault in faults)
            Console.WriteLine($"NOT AS IT SHOULD BE: {fault}.");
        return faults.Count == 0;
    }

    private void PrintForged()
    {
        var (accepted, other) = (Forged["accepted"], Forged["other"]);
        Console.WriteLine(
            $"{Number(Forged["answered"])} forged requests in {Rounds.Text(Took.TotalSeconds, "n0")} s "
            + $"({Rounds.Text(Forged["answered"] / Took.TotalSeconds, "n0")}/s): "
            + $"{Number(Forged["unauthorized"])} answered 401, {Number(Forged["throttled"])} answered 429, {Number(accepted)} accepted, {Number(other)} answered otherwise.");
        Demand(Forged["answered"] >= Requests, "not all forged requests were answered");
        Demand(accepted == 0, "forged requests were accepted");
        Demand(other == 0, "forged requests were answered neither 401 nor 429");
    }

    private void PrintOwner()
    {
        var table = new Table("the key's owner", "requests", "served", "p50", "p99", "slowest");
        foreach (var (name, served) in Phases)
        {
            table.Add(name, Number(served.Sent), Number(served.Successes), Milliseconds(served.Took.At(0.5)), Milliseconds(served.Took.At(0.99)), Milliseconds(served.Took.Max));
            Demand(served.Successes == served.Sent, $"the owner was refused {served.Sent - served.Successes} times {name} the flood, first with: {served.Refusal}");
        }

        table.Print();
    }

    private void PrintEvents()
    {
        var added = EventsAfter.Select(pair => (Name: pair.Key, Count: pair.Value - EventsBefore.GetValueOrDefault(pair.Key)))
            .Where(pair => pair.Count > 0).OrderBy(pair => pair.Name, StringComparer.Ordinal).ToList();
        Console.WriteLine($"Audit rows added: {string.Join(", ", added.Select(pair => $"{pair.Name} {pair.Count}"))}.");
        foreach (var name in ExpectedOnce)
            Demand(added.Contains((name, 1)), $"{name} is not in the audit exactly once");
    }

    private void Demand(bool isSo, string fault)
    {
        if (!isSo)
            faults.Add(fault);
    }

    private static string Number(long number) => Rounds.Text(number, "n0");

    private static string Mib(long bytes) => $"{Rounds.Text(bytes / 1048576.0, "n1")} MiB";

    private static string Milliseconds(TimeSpan time) => $"{Rounds.Text(time.TotalMilliseconds, "n1")} ms";
}
