using System.Text;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Sandbox;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.Work.Projects;

/// <summary>What has changed in a working copy over HTTP: see it, keep it, throw it away.</summary>
internal static class ChangeEndpoints
{
    private const int MaxMessage = 10_000, MaxPaths = 500, MaxPathBytes = 64 * 1024;

    public sealed record CommitRequest(string Message);

    public sealed record DiscardRequest(IReadOnlyList<string>? Paths = null);

    public sealed record DiffView(
        string Base, IReadOnlyList<ChangedFile> Files, string Diff, bool Truncated, IReadOnlyList<string> Warnings);

    public static void MapProjectChanges(this IEndpointRouteBuilder project)
    {
        project.MapGet("/diff", DiffAsync).Needs("project:read", Membership.Viewer);
        project.MapPost("/commit", CommitAsync).Needs("project:update", Membership.Editor).Carries(FieldKind.Code, "message");
        project.MapPost("/discard", DiscardAsync).Needs("project:update", Membership.Editor).Carries(FieldKind.Path, "paths");
    }

    internal static async Task<IResult> DiffAsync(
        Guid id, HttpContext context, Caller caller, Grant grant, RequestOrigin origin, ProjectStore store, ProjectGit git,
        AuditTrail audit, CancellationToken cancel)
    {
        if (WantsJson(context.Request) is not { } json)
        {
            return new Refusal(406, "not_acceptable", "The answer has no form that you accept.") { Detail = "There are text/x-diff and application/json." };
        }

        if (await store.UsableAsync(id, caller, grant, cancel) is { } refusal)
        {
            return refusal;
        }

        return await GuardAsync(async () =>
        {
            var diff = await git.DiffAsync(id, cancel);
            await audit.RecordAsync(origin, Event("project_accessed", id, "what", "diff"), cancel);
            if (json)
            {
                return TypedResults.Json(
                    new DiffView(diff.Base, diff.Files, Encoding.UTF8.GetString(diff.Patch.Span), diff.Truncated, diff.Warnings),
                    WireJson.Options);
            }

            context.Response.Headers["X-Diff-Base"] = diff.Base;
            context.Response.Headers["X-Diff-Truncated"] = diff.Truncated ? "true" : "false";
            return TypedResults.Bytes(diff.Patch, "text/x-diff; charset=utf-8");
        });
    }

    internal static async Task<IResult> CommitAsync(
        Guid id, CommitRequest body, Caller caller, Grant grant, RequestOrigin origin, ProjectStore store, ProjectGit git,
        AccountStore accounts, WorkingCopyLocks locks, AuditTrail audit, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Text("message", body.Message, MaxMessage);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        if (await store.UsableAsync(id, caller, grant, cancel) is { } refusal)
        {
            return refusal;
        }

        using var hold = locks.TryEnter(id, "a commit is being made");
        if (hold is null)
        {
            return ProjectRefusals.Busy(locks.HeldFor(id));
        }

        return await GuardAsync(async () =>
        {
            var account = await accounts.FindAsync(caller.UserId, cancel);
            var author = new CommitAuthor(account?.Name ?? caller.Email, caller.Email);
            if (await git.CommitAsync(id, author, body.Message, cancel) is not { } made)
            {
                return Refusals.Conflict("nothing_to_commit", "The working copy has no changes.");
            }

            await audit.RecordAsync(origin, Event("project_committed", id, "commit", made.Commit), CancellationToken.None);
            return TypedResults.Json(made, WireJson.Options);
        });
    }

    internal static async Task<IResult> DiscardAsync(
        Guid id, DiscardRequest? body, Caller caller, Grant grant, RequestOrigin origin, ProjectStore store, ProjectGit git,
        WorkingCopyLocks locks, AuditTrail audit, CancellationToken cancel)
    {
        List<BeneathPath>? paths = null;
        if (body?.Paths is { } asked)
        {
            paths = [.. asked.Take(MaxPaths + 1).Select(BeneathPath.Parse).OfType<BeneathPath>().Where(p => !p.IsRoot)];
            if (paths.Count != asked.Count || paths.Count is 0 or > MaxPaths || paths.Sum(p => p.Bytes.Length) > MaxPathBytes)
            {
                return Refusals.InvalidInput(
                    "paths", $"must be 1 to {MaxPaths} paths of at most {MaxPathBytes} bytes together; each {BeneathPath.Accepted}");
            }
        }

        if (await store.UsableAsync(id, caller, grant, cancel) is { } refusal)
        {
            return refusal;
        }

        using var hold = locks.TryEnter(id, "changes are being discarded");
        if (hold is null)
        {
            return ProjectRefusals.Busy(locks.HeldFor(id));
        }

        return await GuardAsync(async () =>
        {
            await git.DiscardAsync(id, paths, cancel);
            await audit.RecordAsync(origin, Event("project_discarded", id, "paths", paths?.Count), CancellationToken.None);
            return TypedResults.NoContent();
        });
    }

    private static async Task<IResult> GuardAsync(Func<Task<IResult>> work)
    {
        try
        {
            return await work();
        }
        catch (ProjectToolException fault)
        {
            return ProjectRefusals.Of(fault);
        }
        catch (SandboxException fault)
        {
            return ProjectRefusals.Of(fault);
        }
    }

    // Text unless JSON is asked for by name and text is not liked better (RFC 9110 section 12.5.1). Null: neither will do.
    private static bool? WantsJson(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
            return false;
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return null;
        foreach (var type in accepted.Where(t => t.Quality is not 0).OrderByDescending(t => t.Quality ?? 1))
        {
            if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
                return true;
            if (type.MatchesAllTypes || new MediaTypeHeaderValue("text/x-diff").IsSubsetOf(type))
                return false;
        }

        return null;
    }

    private static AuditEvent Event(string name, Guid id, string key, object? value) => new AuditEvent(name)
    {
        Details = new Dictionary<string, object?> { [key] = value },
    }.On("project", id);
}
