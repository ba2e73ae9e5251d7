using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Telemetry.Snapshot;

namespace AICodeManager.Server.Keeping.Telemetry;

/// <summary>This node's figures since its start, for administrators: JSON, or Prometheus' text for whoever accepts <c>text/plain</c>.</summary>
public static class TelemetryEndpoints
{
    public static void MapTelemetry(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/admin/metrics", Read).Needs("system:metrics");

    internal static IResult Read(HttpContext context, MetricBook book, TimeProvider time) => WantsText(context)
        ? Results.Text(PrometheusText.Write(book.Read()), PrometheusText.ContentType)
        : TypedResults.Json(MetricsView.Of(book, time.GetUtcNow()), WireJson.Options);

    // Of what a client names, the better liked; what it leaves open is JSON.
    private static bool WantsText(HttpContext context) =>
        context.Request.GetTypedHeaders().Accept
            .Where(type => type.Quality is not 0)
            .OrderByDescending(type => type.Quality ?? 1)
            .Select(type => type.MediaType.Value)
            .FirstOrDefault(type => type is "text/plain" or "application/json") == "text/plain";
}
