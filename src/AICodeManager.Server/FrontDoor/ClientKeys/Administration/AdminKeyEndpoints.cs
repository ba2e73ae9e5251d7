using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts.Administration;
using AICodeManager.Server.FrontDoor.ClientKeys.Devices;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Administration;

/// <summary>Other people's devices, for administrators whose role covers theirs.</summary>
public static class AdminKeyEndpoints
{
    private const int MaxReason = 100;

    public static void MapKeyAdministration(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/admin/keys");
        keys.MapGet("", ListAsync).Needs("user:read");
        keys.MapGet("/{id:guid}", ReadAsync).Needs("user:read");
        keys.MapDelete("/{id:guid}", RevokeAsync).Needs("user:update").NeedsProof(ProofLevel.Password);
        keys.MapDelete("", RevokeAllAsync).Needs("user:update").NeedsProof(ProofLevel.Password);
        keys.MapPost("/{id:guid}/rotation", ForceRotationAsync).Needs("user:update").NeedsProof(ProofLevel.Password);
        keys.MapPost("/{id:guid}/resume", ResumeAsync).Needs("user:update").NeedsProof(ProofLevel.Password);
    }

    internal static async Task<IResult> ListAsync(
        HttpContext context, PageRequest page, Guid? user, Grant grant, Caller caller, KeyViews views, ClientKeyStore store,
        CancellationToken cancel)
    {
        // A permission that does not reach everybody's accounts reaches one's own.
        if (!grant.All && user is { } other && other != caller.UserId)
        {
            return Hidden();
        }

        var (total, rows) = await store.ListAsync(grant.All ? user : caller.UserId, page, cancel);
        return page.Cut(rows, row => row.Key.Id, row => View(context, row.Key, row.UserEpoch, views)).ToResult(context, total);
    }

    internal static async Task<IResult> ReadAsync(
        Guid id, HttpContext context, Grant grant, Caller caller, KeyViews views, ClientKeyStore store, CancellationToken cancel) =>
        await store.ReadAsync(id, cancel) is { } found && MayReach(grant, caller, found.Key.UserId)
            ? TypedResults.Json(View(context, found.Key, found.UserEpoch, views), WireJson.Options)
            : Hidden();

    internal static Task<IResult> RevokeAsync(
        Guid id, string? reason, Grant grant, Caller caller, RequestOrigin origin, UserAdministration users, ClientKeyStore store,
        CancellationToken cancel) => JudgeReason(reason) is { } wrong
        ? Task.FromResult<IResult>(wrong)
        : ChangeAsync(id, grant, caller, users, store, user => store.RevokeAsync(user, id, reason ?? RevokedReason.Administrator, origin, cancel), cancel);

    internal static async Task<IResult> RevokeAllAsync(
        Guid? user, string? reason, Grant grant, Caller caller, RequestOrigin origin, UserAdministration users, ClientKeyStore store,
        CancellationToken cancel)
    {
        if (user is not { } id)
        {
            return Refusals.InvalidInput("user", "must be the id of the user whose keys are to be revoked");
        }

        if (JudgeReason(reason) is { } wrong)
        {
            return wrong;
        }

        if (!MayReach(grant, caller, id))
        {
            return Hidden();
        }

        var (account, refused) = await users.FindAsync(caller, id, cancel);
        if (account is null)
        {
            return refused!;
        }

        await store.RevokeAllAsync(id, null, reason ?? RevokedReason.Administrator, origin, cancel);
        return TypedResults.NoContent();
    }

    internal static Task<IResult> ForceRotationAsync(
        Guid id, Grant grant, Caller caller, RequestOrigin origin, UserAdministration users, ClientKeyStore store, CancellationToken cancel) =>
        ChangeAsync(id, grant, caller, users, store, user => store.ForceRotationAsync(user, id, origin, cancel), cancel);

    internal static Task<IResult> ResumeAsync(
        Guid id, Grant grant, Caller caller, RequestOrigin origin, UserAdministration users, ClientKeyStore store, CancellationToken cancel) =>
        ChangeAsync(id, grant, caller, users, store, user => store.ResumeAsync(user, id, origin, cancel), cancel);

    private static async Task<IResult> ChangeAsync(
        Guid id, Grant grant, Caller caller, UserAdministration users, ClientKeyStore store, Func<Guid, Task<KeyChange>> change,
        CancellationToken cancel)
    {
        if (await store.ReadAsync(id, cancel) is not { Key.UserId: var user } || !MayReach(grant, caller, user))
        {
            return Hidden();
        }

        var (account, refused) = await users.FindAsync(caller, user, cancel);
        return account is null ? refused!
            : await change(user) switch
            {
                KeyChange.Done or KeyChange.Already => TypedResults.NoContent(),
                var outcome => KeyRefusals.Of(outcome),
            };
    }

    private static Refusal? JudgeReason(string? reason)
    {
        var errors = new FieldErrors();
        if (reason is not null)
        {
            errors.Name("reason", reason, MaxReason);
        }

        return errors.Any ? errors.ToRefusal() : null;
    }

    private static bool MayReach(Grant grant, Caller caller, Guid user) => grant.All || caller.UserId == user;

    private static KeyView View(HttpContext context, ClientKeyRow key, long userEpoch, KeyViews views) =>
        views.Of(key, userEpoch, CurrentKey.Of(context)?.Key.Id) with { UserId = key.UserId };

    private static Refusal Hidden() => Refusals.NotFound("not a key that the caller may manage");
}
