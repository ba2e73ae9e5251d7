using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Work.Workspaces;

/// <summary>Who belongs to a workspace, over HTTP. Members see each other; owners decide; anybody may leave.</summary>
public static class MemberEndpoints
{
    private static readonly AccessRule Manage = AccessRule.For("workspace:update", Membership.Owner);

    public sealed record MemberRequest(string Email, string Role);

    public sealed record RoleRequest(string Role);

    public static void MapMembers(this RouteGroupBuilder workspaces)
    {
        var group = workspaces.MapGroup("/{id:guid}/members");
        group.MapGet("/", ListAsync).Needs("workspace:read", Membership.Viewer);
        group.MapPost("/", AddAsync).Needs("workspace:update", Membership.Owner);
        group.MapPut("/{userId:guid}", ChangeAsync).Needs("workspace:update", Membership.Owner);
        group.MapDelete("/{userId:guid}", RemoveAsync).Needs("workspace:read", Membership.Viewer);
    }

    internal static async Task<IResult> ListAsync(
        Guid id, HttpContext context, PageRequest page, Caller caller, Grant grant, MemberStore store, CancellationToken cancel)
    {
        var (found, refusal) = await store.ListAsync(id, caller, grant, page, cancel);
        return found is null ? refusal! : page.Cut(found.Rows, m => m.UserId, m => m).ToResult(context, found.Total);
    }

    internal static async Task<IResult> AddAsync(
        Guid id, MemberRequest body, Caller caller, Grant grant, RequestOrigin origin, MemberStore store, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.OneOf("role", body.Role, [.. MembershipWords.All]);
        if (!EmailAddress.IsAcceptable(body.Email))
        {
            errors.Add("email", "must be an e-mail address of at most 254 characters");
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        var (added, refusal) = await store.AddAsync(id, body.Email, body.Role, caller, grant, origin, cancel);
        return added is null ? refusal! : TypedResults.Json(added, WireJson.Options, statusCode: 201);
    }

    internal static async Task<IResult> ChangeAsync(
        Guid id, Guid userId, RoleRequest body, Caller caller, Grant grant, RequestOrigin origin, MemberStore store,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.OneOf("role", body.Role, [.. MembershipWords.All]);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        var (changed, refusal) = await store.ChangeAsync(id, userId, body.Role, caller, grant, origin, cancel);
        return changed is null ? refusal! : TypedResults.Json(changed, WireJson.Options);
    }

    internal static async Task<IResult> RemoveAsync(
        Guid id, Guid userId, Caller caller, Grant grant, RequestOrigin origin, AccessDecisions decisions, MemberStore store,
        CancellationToken cancel)
    {
        // The route's own rule is enough to leave; to put somebody else out takes an owner who may change workspaces.
        var needed = userId == caller.UserId ? grant : decisions.Decide(caller.Role, Manage);
        if (needed is null)
        {
            return AccessDecisions.Denied(caller.Role, Manage);
        }

        return await store.RemoveAsync(id, userId, caller, needed, origin, cancel) is { } refusal ? refusal : TypedResults.NoContent();
    }
}
