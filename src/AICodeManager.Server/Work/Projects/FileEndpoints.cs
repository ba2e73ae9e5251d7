using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Work.Projects;

/// <summary>The files of a working copy over HTTP: list, read, write, remove.</summary>
internal static class FileEndpoints
{
    private const int ListLimit = 5000;

    public sealed record FileList(IReadOnlyList<FileView> Items, bool Truncated);

    public sealed record FileView(string Path, string Name, string Type, long Size, DateTimeOffset ModifiedAt);

    public static void MapProjectFiles(this IEndpointRouteBuilder project)
    {
        project.MapGet("/files", ListAsync).Needs("project:read", Membership.Viewer).Carries(FieldKind.Path, "?path");
        project.MapGet("/files/{**path}", ReadAsync).Needs("project:read", Membership.Viewer).Carries(FieldKind.Path, "{path}");
        project.MapPut("/files/{**path}", WriteAsync).Needs("project:update", Membership.Editor)
            .TakesUploads(ProjectRequests.MostUploaded(project.ServiceProvider)).Carries(FieldKind.Path, "{path}").Carries(FieldKind.Code, FieldPolicy.WholeBody);
        project.MapDelete("/files/{**path}", RemoveAsync).Needs("project:update", Membership.Editor).Carries(FieldKind.Path, "{path}");
    }

    internal static async Task<IResult> ListAsync(
        Guid id, string? path, Caller caller, Grant grant, ProjectStore store, ProjectFiles files, CancellationToken cancel)
    {
        if (BeneathPath.Parse(path) is not { } beneath)
        {
            return Refusals.InvalidInput("path", BeneathPath.Accepted);
        }

        if (await store.UsableAsync(id, caller, grant, cancel) is { } refusal)
        {
            return refusal;
        }

        return files.List(id, beneath, ListLimit) is var (entries, truncated)
            ? TypedResults.Json(new FileList([.. entries.Select(e => View(beneath, e))], truncated), WireJson.Options)
            : Refusals.NotFound("no such folder");
    }

    internal static async Task<IResult> ReadAsync(
        Guid id, string path, HttpContext context, Caller caller, Grant grant, RequestOrigin origin, ProjectStore store,
        ProjectFiles files, AuditTrail audit, CancellationToken cancel)
    {
        if (await store.UsableAsync(id, caller, grant, cancel) is { } refusal)
        {
            return refusal;
        }

        if (InUrl(path) is not { IsRoot: false } beneath || files.Read(id, beneath) is not { } content)
        {
            return Refusals.NotFound("no such regular file");
        }

        try
        {
            await audit.RecordAsync(origin, Accessed(id, beneath), cancel);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }

        // Whatever the file is, no browser may show it as a page of ours.
        context.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(beneath.Text.Split('/')[^1])}";
        return TypedResults.Stream(content, "application/octet-stream", enableRangeProcessing: true);
    }

    internal static async Task<IResult> WriteAsync(
        Guid id, string path, HttpContext context, Caller caller, Grant grant, RequestOrigin origin, ProjectStore store,
        ProjectFiles files, WorkingCopyLocks locks, AuditTrail audit, CancellationToken cancel)
    {
        if (await store.UsableAsync(id, caller, grant, cancel) is { } refusal)
        {
            return refusal;
        }

        if (InUrl(path) is not { IsRoot: false } beneath)
        {
            return Refusals.InvalidInput("path", BeneathPath.Accepted);
        }

        if (context.Request.ContentLength > files.UploadLimit)
        {
            return TooLarge(files);
        }

        using var hold = locks.TryEnter(id, "a file is being written");
        if (hold is null)
        {
            return ProjectRefusals.Busy(locks.HeldFor(id));
        }

        switch (await files.WriteAsync(id, beneath, context.Request.Body, cancel))
        {
            case FileWrite.Done:
                await audit.RecordAsync(origin, Written(id, beneath, "write"), CancellationToken.None);
                return TypedResults.NoContent();
            case FileWrite.TooLarge:
                return TooLarge(files);
            case FileWrite.ProjectFull:
                return ProjectRefusals.Full();
            default:
                return Refusals.Conflict(
                    "path_in_the_way", "The file cannot stand at this path.", "A part of the path is a file or link, or the path names a folder.");
        }
    }

    internal static async Task<IResult> RemoveAsync(
        Guid id, string path, Caller caller, Grant grant, RequestOrigin origin, ProjectStore store, ProjectFiles files,
        WorkingCopyLocks locks, AuditTrail audit, CancellationToken cancel)
    {
        if (await store.UsableAsync(id, caller, grant, cancel) is { } refusal)
        {
            return refusal;
        }

        using var hold = locks.TryEnter(id, "a file is being removed");
        if (hold is null)
        {
            return ProjectRefusals.Busy(locks.HeldFor(id));
        }

        if (InUrl(path) is not { IsRoot: false } beneath || !files.Remove(id, beneath))
        {
            return Refusals.NotFound("no such file");
        }

        await audit.RecordAsync(origin, Written(id, beneath, "remove"), CancellationToken.None);
        return TypedResults.NoContent();
    }

    // The server decodes a path but for %2F, which would be a slash: it can be neither kept as it is nor taken for one.
    private static BeneathPath? InUrl(string path) =>
        path.Contains("%2F", StringComparison.OrdinalIgnoreCase) ? null : BeneathPath.Parse(path);

    private static Refusal TooLarge(ProjectFiles files) =>
        Refusals.TooLarge($"A file may have at most {files.UploadLimit} bytes.");

    private static FileView View(BeneathPath folder, FolderEntry entry) => new(
        folder.IsRoot ? entry.Name : $"{folder.Text}/{entry.Name}",
        entry.Name,
        entry.Facts.Kind switch
        {
            FileKind.File => "file",
            FileKind.Folder => "folder",
            FileKind.Link => "link",
            _ => "other",
        },
        entry.Facts.Kind == FileKind.File ? entry.Facts.Size : 0,
        entry.Facts.ModifiedAt);

    private static AuditEvent Accessed(Guid id, BeneathPath path) => new AuditEvent("project_accessed")
    {
        Details = new Dictionary<string, object?> { ["what"] = "file", ["path"] = Bounded(path) },
    }.On("project", id);

    private static AuditEvent Written(Guid id, BeneathPath path, string what) => new AuditEvent("project_file_written")
    {
        Details = new Dictionary<string, object?> { ["what"] = what, ["path"] = Bounded(path) },
    }.On("project", id);

    private static string Bounded(BeneathPath path) => path.Text.Length <= 500 ? path.Text : path.Text[..500] + "…";
}
