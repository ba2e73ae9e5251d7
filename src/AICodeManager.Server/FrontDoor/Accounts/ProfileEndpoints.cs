using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>One's own account.</summary>
public static class ProfileEndpoints
{
    /// <summary>The account, and the session that asks; null where a signature alone does.</summary>
    public sealed record MeView(Guid Id, string Email, string Name, string Role, DateTimeOffset CreatedAt, Guid? SessionId);

    public sealed record ProfileRequest(string? Name = null);

    public static void MapProfile(this IEndpointRouteBuilder auth)
    {
        auth.MapGet("/me", ReadAsync).NeedsSignIn();
        auth.MapPut("/me", ChangeAsync).NeedsSignIn();
    }

    internal static async Task<IResult> ReadAsync(Caller caller, AccountStore accounts, CancellationToken cancel) =>
        await accounts.FindAsync(caller.UserId, cancel) is { } account
            ? TypedResults.Json(
                new MeView(account.Id, account.Email, account.Name, account.Role, account.CreatedAt, caller.SessionId), WireJson.Options)
            : Refusals.NotFound("the account of a live session is gone");

    internal static async Task<IResult> ChangeAsync(
        ProfileRequest body, Caller caller, RequestOrigin origin, UserManager<Account> users, AccountStore accounts,
        AccountChange change, AuditTrail audit, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (body.Name is not null)
        {
            errors.Name("name", body.Name);
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        if (await accounts.FindAsync(caller.UserId, cancel) is not { } account)
        {
            return Refusals.NotFound("the account of a live session is gone");
        }

        if (body.Name is not null && body.Name != account.Name)
        {
            account.Name = body.Name;
            change.Also(t => audit.RecordAsync(t, origin, new AuditEvent("user_updated").On("user", account.Id)));
            if (!(await users.UpdateAsync(account)).Succeeded)
            {
                return Refusals.Conflict("account_changed", "The account was changed by another request; try again.");
            }
        }

        return TypedResults.Json(account.View(), WireJson.Options);
    }
}
