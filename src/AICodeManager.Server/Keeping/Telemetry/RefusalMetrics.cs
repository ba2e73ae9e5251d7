using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.Keeping.Telemetry;

/// <summary>
/// Counts refusals by their code, and tells the framework's own measurement and span of a request what became of it. The
/// framework names no route where none was found: those requests share one value, whatever they asked for.
/// </summary>
public sealed class RefusalMetrics(IMeterFactory meters) : IRefusalSink
{
    public const string Meter = "AICodeManager.Http";

    /// <summary>The route of requests that were refused before one was found.</summary>
    public const string NoRoute = "unmatched";

    private readonly Counter<long> refusals = meters.Create(Meter).CreateCounter<long>(
        "aicli.http.refusals", "{request}", "Refused requests, by the code of docs/api.md.");

    public void Refused(HttpContext context, Refusal refusal)
    {
        var code = Labels.Word(refusal.Code);
        refusals.Add(1, new KeyValuePair<string, object?>("code", code));
        if (context.GetEndpoint() is not RouteEndpoint && context.Features.Get<IHttpMetricsTagsFeature>() is { } measured)
        {
            measured.Tags.Add(new("http.route", NoRoute));
        }

        context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag("aicli.refusal", code);
    }
}
