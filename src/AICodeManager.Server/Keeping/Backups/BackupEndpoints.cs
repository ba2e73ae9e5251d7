using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>Backups for administrators. Files are never served: whoever may read them has the machine.</summary>
public static class BackupEndpoints
{
    /// <param name="WorkingCopies">As configured where it is left out.</param>
    public sealed record BackupRequest(bool? WorkingCopies = null);

    public static void MapBackups(this IEndpointRouteBuilder routes)
    {
        var backups = routes.MapGroup("/admin/backups");
        backups.MapGet("", ListAsync).Needs("system:backups");
        backups.MapGet("/{id:guid}", GetAsync).Needs("system:backups");
        backups.MapPost("", CreateAsync).Needs("system:backups").NeedsProof(ProofLevel.Password);
        backups.MapPost("/{id:guid}/verify", VerifyAsync).Needs("system:backups");
        backups.MapDelete("/{id:guid}", DeleteAsync).Needs("system:backups").NeedsProof(ProofLevel.Password);
    }

    internal static async Task<IResult> ListAsync(
        HttpContext context, PageRequest page, string? state, BackupDesk desk, Database database, CancellationToken cancel)
    {
        if (state is not null && !BackupState.All.Contains(state))
        {
            return Refusals.InvalidInput("state", $"must be one of: {string.Join(", ", BackupState.All)}");
        }

        await desk.AdoptAsync(cancel);
        var filter = new { state, page.After, Take = page.Limit + 1 };
        return await database.ReadAsync(async r =>
        {
            const string Where = "(@state IS NULL OR state = @state)";
            var total = await r.ScalarAsync<long>($"SELECT COUNT(*) FROM backups WHERE {Where}", filter);
            var rows = await r.QueryAsync<BackupInfo>(
                $"SELECT * FROM backups WHERE {Where} AND (@After IS NULL OR id < @After) ORDER BY id DESC LIMIT @Take", filter);
            return page.Cut(rows, row => row.Id, row => row).ToResult(context, total);
        }, cancel);
    }

    internal static async Task<IResult> GetAsync(Guid id, Database database, CancellationToken cancel) =>
        await FindAsync(id, database, cancel) is { } row ? TypedResults.Json(row, WireJson.Options) : Refusals.NotFound("no such backup");

    internal static async Task<IResult> CreateAsync(
        BackupRequest body, RequestOrigin origin, BackupDesk desk, BackupRuns runs, CancellationToken cancel)
    {
        if (await desk.BeginAsync(null, cancel) is not { } run)
        {
            return Refusals.Conflict("backup_running", "A backup is under way.", "It is in the list; ask again when it has ended.");
        }

        // It outlives the request: its row tells how it went. While another's verification goes on here, it waits in line.
        runs.Follow(stop => desk.RunAsync(run, origin, body.WorkingCopies, null, stop));
        return TypedResults.Json(run, WireJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    internal static async Task<IResult> VerifyAsync(Guid id, RequestOrigin origin, BackupDesk desk, BackupRuns runs, Database database, CancellationToken cancel)
    {
        var (row, refusal) = await HereAsync(id, desk, database, cancel);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!runs.Begin(stop => desk.VerifyAsync(row!.Name, origin, null, stop)))
        {
            return Refusals.Conflict("backup_running", "A backup is under way.", "It is in the list; ask again when it has ended.");
        }

        return TypedResults.Json(row, WireJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    internal static async Task<IResult> DeleteAsync(Guid id, RequestOrigin origin, BackupDesk desk, Database database, CancellationToken cancel)
    {
        var (row, refusal) = await HereAsync(id, desk, database, cancel);
        if (refusal is not null)
        {
            return refusal;
        }

        await desk.DeleteAsync(row!.Name, origin, cancel: cancel);
        return TypedResults.NoContent();
    }

    private static async Task<(BackupInfo? Row, IResult? Refusal)> HereAsync(Guid id, BackupDesk desk, Database database, CancellationToken cancel)
    {
        await desk.AdoptAsync(cancel);
        return await FindAsync(id, database, cancel) switch
        {
            null => (null, Refusals.NotFound("no such backup")),
            { State: BackupState.Running } => (null, Refusals.Conflict("backup_running", "A backup is under way.", "It is in the list; ask again when it has ended.")),
            { State: BackupState.Deleted } => (null, Refusals.Conflict("backup_gone", "The backup's file is gone.")),
            var row when desk.Holds(row) => (row, null),
            var row => (null, Refusals.Conflict("backup_elsewhere", "The backup lies on another node.", $"It is at {row.Node}; run aicli-web backup there.")),
        };
    }

    private static Task<BackupInfo?> FindAsync(Guid id, Database database, CancellationToken cancel) =>
        database.ReadAsync(r => BackupStore.FindAsync(r, id), cancel);
}
