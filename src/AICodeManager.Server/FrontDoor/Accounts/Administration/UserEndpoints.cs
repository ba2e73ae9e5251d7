using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts.Resets;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Administration;

/// <summary>Users, for administrators. Accounts are disabled, never deleted: their things and the audit point at them.</summary>
public static class UserEndpoints
{
    public sealed record CreateRequest(string Email, string Role, string? Name = null, string? Password = null);

    /// <summary>A new account, with the reset that gives it its first password where none was sent.</summary>
    public sealed record CreatedView(
        Guid Id, string Email, string Name, string Role, bool Disabled, DateTimeOffset CreatedAt, string? ResetToken, DateTimeOffset? ResetExpiresAt);

    public sealed record ResetView(string ResetToken, DateTimeOffset ExpiresAt);

    // What is changed here makes other people's accounts one's own: a session alone, which may be stolen, is not enough.
    public static void MapUserAdministration(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/admin/users");
        users.MapGet("", ListAsync).Needs("user:read");
        users.MapPost("", CreateAsync).Needs("user:create").NeedsProof(ProofLevel.Password).Carries(FieldKind.Secret, "password");
        users.MapGet("/{id:guid}", ReadAsync).Needs("user:read");
        users.MapPut("/{id:guid}", UpdateAsync).Needs("user:update").NeedsProof(ProofLevel.Password);
        users.MapPost("/{id:guid}/logout", LogOutAsync).Needs("user:update").NeedsProof(ProofLevel.Password);
        users.MapPost("/{id:guid}/password-reset", ResetAsync).Needs("user:update").NeedsProof(ProofLevel.Password);
    }

    internal static async Task<IResult> ListAsync(
        HttpContext context, PageRequest page, string? email, string? role, string? disabled, Grant grant, Caller caller,
        UserList list, AccountStore accounts, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (disabled is not null)
        {
            errors.OneOf("disabled", disabled, "true", "false");
        }

        foreach (var (field, value) in new[] { ("email", email), ("role", role) })
        {
            if (value is not null && !IsPlain(value))
            {
                errors.Add(field, "must be at most 254 characters without control characters");
            }
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        if (!grant.All)
        {
            var own = await accounts.FindAsync(caller.UserId, cancel);
            return new Page<UserView>(own is null ? [] : [UserView.Of(own)], null).ToResult(context, own is null ? 0 : 1);
        }

        var (total, rows) = await list.ReadAsync(
            new UserFilter(email, role, disabled is null ? null : disabled == "true"), page, cancel);
        return page.Cut(rows, account => account.Id, UserView.Of).ToResult(context, total);
    }

    internal static async Task<IResult> CreateAsync(
        CreateRequest body, HttpContext context, Grant grant, Caller caller, RequestOrigin origin, UserAdministration administration,
        Registrar registrar, PasswordResets resets)
    {
        if (!grant.All)
        {
            return Hidden();
        }

        if (administration.JudgeRole(caller, body.Role) is { } badRole)
        {
            return badRole;
        }

        (Secret Token, DateTimeOffset ExpiresAt)? reset = null;
        var (made, refused) = await registrar.CreateAsync(
            new NewAccount(body.Email, body.Name, body.Role, body.Password), origin, body.Password is null
                ? async (t, account) => reset = await resets.IssueAsync(t, account.Id)
                : null);
        if (made is null)
        {
            return refused!;
        }

        return TypedResults.Json(
            new CreatedView(
                made.Id, made.Email, made.Name, made.Role, false, made.CreatedAt, reset?.Token.Reveal(), reset?.ExpiresAt),
            WireJson.Options, statusCode: 201);
    }

    internal static async Task<IResult> ReadAsync(
        Guid id, Grant grant, Caller caller, AccountStore accounts, CancellationToken cancel) =>
        MayReach(grant, caller, id) && await accounts.FindAsync(id, cancel) is { } account
            ? TypedResults.Json(UserView.Of(account), WireJson.Options)
            : Hidden();

    internal static async Task<IResult> UpdateAsync(
        Guid id, UserUpdate body, Grant grant, Caller caller, RequestOrigin origin, UserAdministration administration, CancellationToken cancel)
    {
        if (!MayReach(grant, caller, id))
        {
            return Hidden();
        }

        var errors = new FieldErrors();
        if (body.Name is not null)
        {
            errors.Name("name", body.Name);
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        var (changed, refused) = await administration.UpdateAsync(caller, origin, id, body, cancel);
        return changed is null ? refused! : TypedResults.Json(UserView.Of(changed), WireJson.Options);
    }

    internal static async Task<IResult> LogOutAsync(
        Guid id, Grant grant, Caller caller, RequestOrigin origin, UserAdministration administration, CancellationToken cancel)
    {
        if (!MayReach(grant, caller, id))
        {
            return Hidden();
        }

        var (account, refused) = await administration.FindAsync(caller, id, cancel);
        if (account is null)
        {
            return refused!;
        }

        await administration.LogOutAsync(id, origin, cancel);
        return TypedResults.NoContent();
    }

    internal static async Task<IResult> ResetAsync(
        Guid id, HttpContext context, Grant grant, Caller caller, RequestOrigin origin, UserAdministration administration, CancellationToken cancel)
    {
        if (!grant.All)
        {
            return Hidden();
        }

        // Else a stolen session of an administrator would be worth the password.
        if (caller.UserId == id)
        {
            return Refusals.Conflict("own_password", "Change your own password with the current one.");
        }

        var (account, refused) = await administration.FindAsync(caller, id, cancel);
        if (account is null)
        {
            return refused!;
        }

        if (await administration.IssueResetAsync(account, origin, cancel) is not { } issued)
        {
            return Refusals.Conflict("account_changed", "The account was changed by another request; try again.");
        }

        return TypedResults.Json(new ResetView(issued.Token.Reveal(), issued.ExpiresAt), WireJson.Options, statusCode: 201);
    }

    // A permission that does not reach everybody's accounts reaches one's own.
    private static bool MayReach(Grant grant, Caller caller, Guid id) => grant.All || caller.UserId == id;

    private static bool IsPlain(string text) =>
        text.Length <= EmailAddress.MaxLength && !text.Any(c => char.IsControl(c) || char.IsSurrogate(c));

    private static Refusal Hidden() => Refusals.NotFound("not a user that the caller may manage");
}
