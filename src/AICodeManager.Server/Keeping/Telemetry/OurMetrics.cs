using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Keeping.Telemetry;

/// <summary>Which meters are told of: our own, and of the framework's the one that times requests.</summary>
public static class OurMetrics
{
    /// <summary>What the name of every meter of ours begins with.</summary>
    public const string Prefix = "AICodeManager.";

    /// <summary>The framework's meter of requests, and the one of its instruments whose labels say enough and no more.</summary>
    public const string HostingMeter = "Microsoft.AspNetCore.Hosting", RequestDuration = "http.server.request.duration";

    public static bool Has(Instrument instrument) =>
        instrument.Meter.Name.StartsWith(Prefix, StringComparison.Ordinal)
        || (instrument.Meter.Name == HostingMeter && instrument.Name == RequestDuration);
}
