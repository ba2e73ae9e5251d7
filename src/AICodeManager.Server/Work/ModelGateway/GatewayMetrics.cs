using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Counts settled calls by model and outcome. The task is not a dimension: there are too many.</summary>
public sealed class GatewayMetrics
{
    public const string MeterName = "AICodeManager.ModelGateway";

    private readonly Counter<long> calls, tokens, cost;
    private readonly Histogram<double> duration;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        calls = meter.CreateCounter<long>("aicli.model.calls", "{call}", "Calls of the model, by model and outcome (success, abandoned, or a kind of fault).");
        tokens = meter.CreateCounter<long>("aicli.model.tokens", "{token}", "Tokens, by model and direction (input, output).");
        cost = meter.CreateCounter<long>("aicli.model.cost", "{micro-dollar}", "What the calls cost, in millionths of a US dollar, by model.");
        duration = meter.CreateHistogram(
            "aicli.model.duration", "s", "Calls of the model from the reservation to the last byte, by model and outcome.", advice: TimeBuckets.Moments);
    }

    /// <param name="model">As it is priced: a name of the configuration, never what a sandbox sent.</param>
    internal void Settled(string model, string outcome, ModelUsage usage, long microUsd)
    {
        var (ofModel, ofOutcome) = (KeyValuePair.Create<string, object?>("model", model), KeyValuePair.Create<string, object?>("outcome", outcome));
        calls.Add(1, ofModel, ofOutcome);
        tokens.Add(usage.InputTokens + usage.CacheWriteTokens + usage.CacheReadTokens, ofModel, KeyValuePair.Create<string, object?>("direction", "input"));
        tokens.Add(usage.OutputTokens, ofModel, KeyValuePair.Create<string, object?>("direction", "output"));
        cost.Add(microUsd, ofModel);
    }

    internal void Took(string model, string outcome, TimeSpan time) =>
        duration.Record(time.TotalSeconds, new("model", model), new("outcome", outcome));
}
