using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Work.Workspaces.Environment;

namespace AICodeManager.Server.Work.Workspaces;

/// <summary>Workspaces over HTTP; their members stand in a file of their own.</summary>
public static class WorkspaceEndpoints
{
    public sealed record WorkspaceRequest(string Name);

    /// <param name="AuditContent">Whether the audit keeps prompts and tool calls themselves; left as it is where absent.</param>
    public sealed record WorkspaceChange(string Name, bool? AuditContent = null);

    public sealed record WorkspaceView(Guid Id, string Name, string Role, bool AuditContent, DateTimeOffset CreatedAt);

    public static void MapWorkspaces(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/workspaces");
        group.MapGet("/", ListAsync).Needs("workspace:read");
        group.MapPost("/", CreateAsync).Needs("workspace:create");
        group.MapGet("/{id:guid}", GetAsync).Needs("workspace:read", Membership.Viewer);
        group.MapPut("/{id:guid}", ChangeAsync).Needs("workspace:update", Membership.Owner);
        group.MapDelete("/{id:guid}", DeleteAsync).Needs("workspace:delete", Membership.Owner);
        group.MapMembers();
        group.MapEnvironment();
    }

    internal static async Task<IResult> ListAsync(
        HttpContext context, PageRequest page, Caller caller, Grant grant, WorkspaceStore store, CancellationToken cancel)
    {
        var (rows, total) = await store.ListAsync(caller, grant, page, cancel);
        return page.Cut(rows, w => w.Id, View).ToResult(context, total);
    }

    internal static async Task<IResult> CreateAsync(
        WorkspaceRequest body, Caller caller, RequestOrigin origin, WorkspaceStore store, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Name("name", body.Name);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        var (made, refusal) = await store.CreateAsync(body.Name, caller, origin, cancel);
        return made is null ? refusal! : TypedResults.Json(View(made), WireJson.Options, statusCode: 201);
    }

    internal static async Task<IResult> GetAsync(
        Guid id, Caller caller, Grant grant, WorkspaceStore store, CancellationToken cancel)
    {
        var (found, refusal) = await store.FindAsync(id, caller, grant, cancel);
        return found is null ? refusal! : TypedResults.Json(View(found), WireJson.Options);
    }

    internal static async Task<IResult> ChangeAsync(
        Guid id, WorkspaceChange body, Caller caller, Grant grant, RequestOrigin origin, WorkspaceStore store,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Name("name", body.Name);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        return await store.ChangeAsync(id, body.Name, body.AuditContent, caller, grant, origin, cancel) is { } refusal
            ? refusal
            : await GetAsync(id, caller, grant, store, cancel);
    }

    internal static async Task<IResult> DeleteAsync(
        Guid id, Caller caller, Grant grant, RequestOrigin origin, WorkspaceStore store, CancellationToken cancel) =>
        await store.DeleteAsync(id, caller, grant, origin, cancel) is { } refusal ? refusal : TypedResults.NoContent();

    private static WorkspaceView View(Workspace workspace) =>
        new(workspace.Id, workspace.Name, workspace.Role ?? "administrator", workspace.AuditContent, workspace.CreatedAt);
}
