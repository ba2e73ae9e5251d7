using OpenTelemetry.Trace;

namespace AICodeManager.Server.Keeping.Telemetry.Export;

/// <summary>
/// Which traces are recorded: of those that begin here, or that a caller says it began, as many as the configured share, by
/// chance. Neither the caller's wish nor the id that it chose counts. Within this server a span follows the one above it.
/// </summary>
internal sealed class OwnSampler(double ratio) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var above = samplingParameters.ParentContext;
        var record = above.TraceId != default && !above.IsRemote
            ? (above.TraceFlags & System.Diagnostics.ActivityTraceFlags.Recorded) != 0
            : Random.Shared.NextDouble() < ratio;
        return new SamplingResult(record);
    }
}
