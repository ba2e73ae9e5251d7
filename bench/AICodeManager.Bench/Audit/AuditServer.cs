using AICodeManager.Bench.Pipeline;
using AICodeManager.Server;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AICodeManager.Bench.Audit;

/// <summary>The real server in a process of its own, with one route more that has it record events at a rate.</summary>
internal static class AuditServer
{
    /// <summary><c>/events/{kind}/{rate}/{milliseconds}</c>: records for that long, and answers how many it has.</summary>
    public const string Refusals = "refusals", Changes = "changes";

    private const int Writers = 16;

    public static async Task<int> RunAsync(string data, string? database, CancellationToken cancel)
    {
        var variables = new Dictionary<string, string>
        {
            ["AICLI_DATA"] = data, ["LOG_LEVEL"] = "error", ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9", ["AICLI_SANDBOX"] = "none",
            ["API_RATE_LIMIT_ENABLED"] = "false",
        };
        if (database is not null)
            variables["DATABASE_URL"] = database;
        var app = await ServerHost.BuildAsync(
            ConfigurationLoader.Load(variables, data).Settings, ["http://127.0.0.1:0"],
            routes: routes => routes.MapGet("/events/{kind}/{rate:int}/{length:int}", RecordAsync).OpenToAll(), cancel: cancel);
        await app.StartAsync(cancel);
        Console.WriteLine($"{MeasuredServer.AddressMark}{app.Urls.First()}");
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }

    /// <param name="rate">Events a second; 0 for as many as can be.</param>
    private static async Task<string> RecordAsync(HttpContext context, string kind, int rate, int length)
    {
        using var over = new CancellationTokenSource(length);
        var recorded = kind == Refusals
            ? await RefuseAsync(context.RequestServices.GetRequiredService<RefusalAudit>(), rate, over.Token)
            : await ChangeAsync(
                context.RequestServices.GetRequiredService<Database>(), context.RequestServices.GetRequiredService<AuditTrail>(), rate, over.Token);
        return $"{recorded}";
    }

    private static async Task<long> RefuseAsync(RefusalAudit audit, int rate, CancellationToken over)
    {
        var recorded = 0L;
        await PaceAsync(
            rate,
            () =>
            {
                audit.Note(RequestOrigin.System, new AuditEvent("request_refused") { Outcome = AuditOutcome.Refused, Reason = "not_found" }.On("route", "GET /bench"));
                recorded++;
            },
            over);
        return recorded;
    }

    private static async Task<long> ChangeAsync(Database database, AuditTrail audit, int rate, CancellationToken over)
    {
        var recorded = 0L;
        using var due = new SemaphoreSlim(0);
        var writers = Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (await DueAsync(due, rate, over))
            {
                await database.WriteAsync(
                    t => audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("workspace_updated").On("workspace", Guid.Empty)), CancellationToken.None);
                Interlocked.Increment(ref recorded);
            }
        }, CancellationToken.None)).ToList();
        if (rate > 0)
            await PaceAsync(rate, () => due.Release(), over);
        await Task.WhenAll(writers);
        return recorded;
    }

    private static async Task<bool> DueAsync(SemaphoreSlim due, int rate, CancellationToken over)
    {
        try
        {
            if (rate > 0)
                await due.WaitAsync(over);
            return !over.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task PaceAsync(int rate, Action one, CancellationToken over)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var began = TimeProvider.System.GetTimestamp();
        var given = 0L;
        try
        {
            while (await ticks.WaitForNextTickAsync(over))
            {
                for (var due = (long)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * rate); given < due; given++)
                    one();
            }
        }
        catch (OperationCanceledException)
        {
            // The phase is over.
        }
    }
}
