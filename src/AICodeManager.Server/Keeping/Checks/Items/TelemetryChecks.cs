namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Whether metrics and traces go where somebody sees them.</summary>
internal static class TelemetryChecks
{
    public static Task<Finding> SentAsync(CheckScene scene, CancellationToken cancel)
    {
        var telemetry = scene.Settings.Monitoring.Telemetry;
        return Task.FromResult(telemetry.Endpoint is not { } collector ? Finding.Warn("no collector: metrics are seen only where somebody asks for them")
            : Finding.When(
                collector.Scheme == "https" || collector.IsLoopback,
                $"every {telemetry.Interval.TotalSeconds:0} s to {collector.GetLeftPart(UriPartial.Authority)}{(collector.Scheme == "https" || collector.IsLoopback ? "" : ", over a network without TLS")}",
                CheckResult.Warn));
    }
}
