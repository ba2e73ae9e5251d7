using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Counts settled calls by model and outcome. The task is not a dimension: there are too many.</summary>
internal static class GatewayMetrics
{
    public const string MeterName = "AICodeManager.ModelGateway";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("aicli.model.calls");
    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>("aicli.model.tokens", "{token}");
    private static readonly Counter<long> Cost = Meter.CreateCounter<long>("aicli.model.cost", "{micro-dollar}");

    public static void Settled(string model, string outcome, ModelUsage usage, long microUsd)
    {
        var (ofModel, ofOutcome) = (KeyValuePair.Create<string, object?>("model", model), KeyValuePair.Create<string, object?>("outcome", outcome));
        Calls.Add(1, ofModel, ofOutcome);
        Tokens.Add(usage.InputTokens + usage.CacheWriteTokens + usage.CacheReadTokens, ofModel, KeyValuePair.Create<string, object?>("direction", "input"));
        Tokens.Add(usage.OutputTokens, ofModel, KeyValuePair.Create<string, object?>("direction", "output"));
        Cost.Add(microUsd, ofModel);
    }
}
