using System.Text.Json.Serialization;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Admission.RateLimits;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Health;

/// <summary>Alive, and ready: whether each part that the server needs answers, by name.</summary>
public static class HealthEndpoints
{
    /// <summary>
    /// Who may read what is wrong. Nobody else does, from wherever they ask: behind a proxy that nobody told of, every
    /// stranger comes from this machine.
    /// </summary>
    private static readonly AccessRule Details = AccessRule.For("system:health");

    public sealed record ReadinessView(string Status, IReadOnlyDictionary<string, Part> Parts);

    /// <param name="Status"><c>ok</c>, <c>checking</c> or <c>failed</c>.</param>
    public sealed record Part(
        string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", Alive).OpenToAll().Unlimited();
        routes.MapGet("/readyz", ReadyAsync).OpenToAll().Unlimited();
    }

    internal static IResult Alive() => TypedResults.Json(new { status = "ok" });

    internal static async Task<IResult> ReadyAsync(HttpContext context, Readiness readiness, AccessDecisions decisions, CancellationToken cancel)
    {
        var report = await readiness.ReportAsync(cancel);
        var detailed = Caller.Of(context) is { } caller && decisions.Decide(caller.Role, Details) is not null;
        var parts = report.Parts.ToDictionary(part => part.Key, part => new Part(part.Value.Status, detailed ? part.Value.Detail : null));
        return TypedResults.Json(
            new ReadinessView(report.Ready ? "ok" : "failed", parts), WireJson.Options, statusCode: report.Ready ? 200 : 503);
    }
}
