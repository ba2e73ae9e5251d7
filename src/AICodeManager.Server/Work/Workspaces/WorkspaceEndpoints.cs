using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Work.Workspaces;

/// <summary>Workspaces over HTTP.</summary>
public static class WorkspaceEndpoints
{
    public sealed record WorkspaceRequest(string Name);

    public sealed record WorkspaceView(Guid Id, string Name, string Role, DateTimeOffset CreatedAt);

    public static void MapWorkspaces(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/workspaces");
        group.MapGet("/", ListAsync).Needs("workspace:read");
        group.MapPost("/", CreateAsync).Needs("workspace:create");
        group.MapGet("/{id:guid}", GetAsync).Needs("workspace:read");
        group.MapPut("/{id:guid}", RenameAsync).Needs("workspace:update");
        group.MapDelete("/{id:guid}", DeleteAsync).Needs("workspace:delete");
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, PageRequest page, Caller caller, Grant grant, WorkspaceStore store, CancellationToken cancel)
    {
        var (rows, total) = await store.ListAsync(caller, grant, page, cancel);
        return page.Cut(rows, w => w.Id, w => View(w, caller)).ToResult(context, total);
    }

    private static async Task<IResult> CreateAsync(
        WorkspaceRequest body, Caller caller, RequestOrigin origin, WorkspaceStore store, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Name("name", body.Name);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        return await store.CreateAsync(body.Name, caller, origin, cancel) is { } made
            ? TypedResults.Json(View(made, caller), WireJson.Options, statusCode: 201)
            : NameTaken();
    }

    private static async Task<IResult> GetAsync(
        Guid id, Caller caller, Grant grant, WorkspaceStore store, CancellationToken cancel) =>
        await store.FindAsync(id, caller, grant, cancel) is { } found
            ? TypedResults.Json(View(found, caller), WireJson.Options)
            : Refusals.NotFound();

    private static async Task<IResult> RenameAsync(
        Guid id, WorkspaceRequest body, Caller caller, Grant grant, RequestOrigin origin, WorkspaceStore store,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Name("name", body.Name);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        return await store.RenameAsync(id, body.Name, caller, grant, origin, cancel) switch
        {
            ChangeOutcome.Done => await GetAsync(id, caller, grant, store, cancel),
            ChangeOutcome.NameTaken => NameTaken(),
            _ => Refusals.NotFound(),
        };
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, Caller caller, Grant grant, RequestOrigin origin, WorkspaceStore store, CancellationToken cancel) =>
        await store.DeleteAsync(id, caller, grant, origin, cancel) switch
        {
            ChangeOutcome.Done => TypedResults.NoContent(),
            ChangeOutcome.NotEmpty => Refusals.Conflict(
                "workspace_not_empty", "The workspace has projects.", "Delete its projects first."),
            _ => Refusals.NotFound(),
        };

    private static Refusal NameTaken() => Refusals.Conflict("name_taken", "You have a workspace of this name.");

    private static WorkspaceView View(Workspace workspace, Caller caller) =>
        new(workspace.Id, workspace.Name, workspace.OwnerId == caller.UserId ? "owner" : "administrator", workspace.CreatedAt);
}
