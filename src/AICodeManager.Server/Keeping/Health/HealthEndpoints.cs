using System.Text.Json.Serialization;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Admission.RateLimits;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Keeping.Health;

/// <summary>Alive, and ready: whether each part that tasks need answers, by name.</summary>
public static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public sealed record Readiness(string Status, IReadOnlyDictionary<string, Part> Parts);

    /// <param name="Status"><c>ok</c>, <c>checking</c> or <c>failed</c>.</param>
    public sealed record Part(
        string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", Alive).OpenToAll().Unlimited();
        routes.MapGet("/readyz", ReadyAsync).OpenToAll().Unlimited();
    }

    internal static IResult Alive() => TypedResults.Json(new { status = "ok" });

    internal static async Task<IResult> ReadyAsync(
        Database database, ICoordination coordination, Sandboxes sandboxes, SandboxGate gate, TimeProvider time, CancellationToken cancel)
    {
        var parts = new Dictionary<string, Part>
        {
            ["database"] = await AskAsync(async c => await database.PingAsync(c) ? null : "no answer", time, cancel),
            ["coordination"] = await AskAsync(async c => await coordination.PingAsync(c) ? null : "no answer", time, cancel),
            ["sandbox"] = await AskAsync(
                async c => await (await sandboxes.EngineAsync(c)).PingAsync(c) is { Ready: false } status ? status.Detail : null, time, cancel),
            ["sandbox_probes"] = gate switch
            {
                { Reason: null } => new Part("ok"),
                { Settled: false } => new Part("checking", gate.Reason),
                _ => new Part("failed", gate.Reason),
            },
        };
        var ready = parts.Values.All(p => p.Status != "failed");
        return TypedResults.Json(
            new Readiness(ready ? "ok" : "failed", parts), WireJson.Options, statusCode: ready ? 200 : 503);
    }

    private static async Task<Part> AskAsync(Func<CancellationToken, Task<string?>> ask, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
            return await ask(either.Token).WaitAsync(Patience, time, cancel) is { } wrong ? new Part("failed", wrong) : new Part("ok");
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // Details of a store's fault are the operator's, in the log, not everybody's.
            return new Part("failed", "no answer");
        }
    }
}
