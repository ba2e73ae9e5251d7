using System.Text;
using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>What the probes of one stage found on one engine.</summary>
/// <param name="Took">From the first start to the last answer.</param>
public sealed record ProbeReport(string Engine, ProbeStage Stage, IReadOnlyList<ProbeResult> Results, TimeSpan Took)
{
    /// <summary>Every attempt failed, and there was at least one: only then may tasks be started.</summary>
    public bool AllHeld => Results.Count > 0 && Results.All(result => result.Held);

    /// <summary>The first protection that does not hold; null where all do.</summary>
    public ProbeResult? FirstFailing => Results.FirstOrDefault(result => !result.Held);

    /// <summary>One line for a log or a closed gate.</summary>
    public string Summary => FirstFailing is { } broken
        ? $"{Engine}: {broken.Probe.Title} ({broken.Probe.Name}) is not prevented: {broken.Detail}"
        : $"{Engine}: all {Results.Count} probes hold";

    /// <summary>A table for a terminal; what does not hold comes first.</summary>
    public string ToText()
    {
        var width = Results.Count == 0 ? 0 : Results.Max(result => result.Probe.Name.Length);
        var text = new StringBuilder();
        text.Append($"{Engine}, {Stage.ToString().ToLowerInvariant()} probes: {Results.Count(result => result.Held)} of {Results.Count} hold ({Took.TotalSeconds:0.0} s)\n");
        foreach (var (probe, held, detail) in Results.OrderBy(result => result.Held))
            text.Append($"  {(held ? "held  " : "BROKEN")}  {probe.Name.PadRight(width)}  {probe.Title}{(held ? "" : $": {detail}")}\n");
        return text.ToString();
    }

    /// <summary>For machines: engine, stage, held, milliseconds and every probe.</summary>
    public JsonObject ToJson() => new()
    {
        ["engine"] = Engine,
        ["stage"] = Stage.ToString().ToLowerInvariant(),
        ["held"] = AllHeld,
        ["milliseconds"] = (long)Took.TotalMilliseconds,
        ["probes"] = new JsonArray([.. Results.Select(result => (JsonNode)new JsonObject
        {
            ["name"] = result.Probe.Name,
            ["title"] = result.Probe.Title,
            ["protects"] = result.Probe.Protects,
            ["held"] = result.Held,
            ["detail"] = result.Detail,
        })]),
    };
}
