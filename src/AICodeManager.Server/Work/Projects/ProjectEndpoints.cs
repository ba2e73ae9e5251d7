using System.Text.Json.Serialization;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Work.Workspaces;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Projects over HTTP; their files and changes stand in files of their own.</summary>
public static class ProjectEndpoints
{
    public sealed record RenameRequest(string Name);

    public sealed record ProjectView(
        Guid Id, Guid WorkspaceId, string Name, SourceView Source, string State, string? Reason, string? Detail, DateTimeOffset CreatedAt);

    public sealed record SourceView(string Type, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url);

    public static void MapProjects(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/workspaces/{id:guid}/projects", ListAsync).Needs("project:read", Membership.Viewer);
        routes.MapPost("/workspaces/{id:guid}/projects", CreateAsync).Needs("project:create", Membership.Editor)
            .TakesUploads(ProjectRequests.MostUploaded(routes.ServiceProvider));
        var group = routes.MapGroup("/projects/{id:guid}");
        group.MapGet("/", GetAsync).Needs("project:read", Membership.Viewer);
        group.MapPut("/", RenameAsync).Needs("project:update", Membership.Editor);
        group.MapDelete("/", DeleteAsync).Needs("project:delete", Membership.Editor);
        group.MapProjectFiles();
        group.MapProjectChanges();
    }

    internal static async Task<IResult> ListAsync(
        Guid id, HttpContext context, PageRequest page, Caller caller, Grant grant, ProjectStore store, CancellationToken cancel)
    {
        var (found, refusal) = await store.ListAsync(id, caller, grant, page, cancel);
        return found is null ? refusal! : page.Cut(found.Rows, p => p.Id, View).ToResult(context, found.Total);
    }

    internal static async Task<IResult> CreateAsync(
        Guid id, HttpContext context, Caller caller, Grant grant, RequestOrigin origin, WorkspaceStore workspaces,
        ProjectStore store, ProjectRequests requests, Preparations preparations, CancellationToken cancel)
    {
        // Before the body is read: nobody may fill the disk for a workspace that is not theirs.
        if (await workspaces.FindAsync(id, caller, grant, cancel) is { Refusal: { } unreachable })
        {
            return unreachable;
        }

        using var place = preparations.TryReserve();
        if (place is null)
        {
            return Refusals.Unavailable("preparations_full", "Too many projects are being prepared.", "Try again in a minute.");
        }

        var (request, refusal) = await requests.ReadAsync(context, cancel);
        if (request is null)
        {
            return refusal!;
        }

        using (request)
        {
            (var made, refusal) = await store.CreateAsync(
                id, request.Name, request.Source.Type, request.Source.Url, caller, grant, origin, cancel);
            if (made is null)
            {
                return refusal!;
            }

            place.Begin(made.Id, request.Take(), origin);
            return TypedResults.Json(View(made), WireJson.Options, statusCode: 201);
        }
    }

    internal static async Task<IResult> GetAsync(
        Guid id, Caller caller, Grant grant, ProjectStore store, CancellationToken cancel)
    {
        var (found, refusal) = await store.FindAsync(id, caller, grant, cancel);
        return found is null ? refusal! : TypedResults.Json(View(found), WireJson.Options);
    }

    internal static async Task<IResult> RenameAsync(
        Guid id, RenameRequest body, Caller caller, Grant grant, RequestOrigin origin, ProjectStore store, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Name("name", body.Name);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        return await store.RenameAsync(id, body.Name, caller, grant, origin, cancel) is { } refusal
            ? refusal
            : await GetAsync(id, caller, grant, store, cancel);
    }

    internal static async Task<IResult> DeleteAsync(
        Guid id, Caller caller, Grant grant, RequestOrigin origin, ProjectStore store, ProjectFolders folders,
        WorkingCopyLocks locks, CancellationToken cancel)
    {
        if (await store.FindAsync(id, caller, grant, cancel) is { Refusal: { } unreachable })
        {
            return unreachable;
        }

        using var hold = locks.TryEnter(id, "the project is being deleted");
        if (hold is null)
        {
            return ProjectRefusals.Busy(locks.HeldFor(id));
        }

        if (await store.DeleteAsync(id, caller, grant, origin, cancel) is { } refusal)
        {
            return refusal;
        }

        // The row is gone: what cannot be removed now is swept by the next start.
        await Task.Run(() => folders.Remove(id), CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static ProjectView View(Project project) => new(
        project.Id, project.WorkspaceId, project.Name, new SourceView(project.SourceType, project.SourceUrl), project.State,
        project.Reason, project.Detail, project.CreatedAt);
}
