using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Server.FrontDoor.Accounts.PasswordRules;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.Resets;

/// <summary>A new password by a reset that an administrator handed over.</summary>
public static class ResetEndpoints
{
    public sealed record ResetRequest(string ResetToken, string Password);

    public static void MapPasswordReset(this IEndpointRouteBuilder auth) =>
        auth.MapPost("/password/reset", ResetAsync).OpenToAll().Carries(FieldKind.Secret, "reset_token", "password");

    internal static async Task<IResult> ResetAsync(
        ResetRequest body, HttpContext context, RequestOrigin origin, SignInWatch watch, PasswordResets resets, AccountStore accounts, UserManager<Account> users,
        AccountChange change, LoginFailures failures, LockoutKeys keys, SessionStore sessions, AuditTrail audit, CancellationToken cancel)
    {
        if (await resets.OwnerAsync(body.ResetToken, cancel) is not { } owner
            || await accounts.FindAsync(owner, cancel) is not { } account)
        {
            return Invalid();
        }

        var errors = new FieldErrors();
        var faults = await users.JudgeAsync(account, body.Password);
        faults.AddTo(errors);
        if (errors.Any)
        {
            return errors.ToRefusal(faults);
        }

        account.PasswordHash = users.PasswordHasher.HashPassword(account, body.Password);
        change.EndSessions = true;
        change.Also(async t =>
        {
            if (!await resets.SpendAsync(t, body.ResetToken))
            {
                throw new ResetSpentException();
            }

            await failures.ForgetAllAsync(t, FailureCounter.OwnerOf(keys, EmailAddress.Key(account.Email)));
            await audit.RecordAsync(t, origin, new AuditEvent("password_reset") { ActorId = account.Id }.On("user", account.Id));
        });
        try
        {
            if (!(await users.UpdateAsync(account)).Succeeded)
            {
                return Refusals.Conflict("account_changed", "The account was changed by another request; try again.");
            }
        }
        catch (ResetSpentException)
        {
            return Invalid();
        }

        await watch.ForgiveAccountAsync(context, account.Email, CancellationToken.None);
        await sessions.EndAllAsync(account.Id, null, SessionEnd.PasswordChanged, origin);
        return TypedResults.NoContent();
    }

    // Unknown, spent and too old look the same.
    private static Refusal Invalid() => new(400, "invalid_reset_token", "This reset is not valid; ask an administrator for a new one.");

    // Rolls the change back: another request has used the reset meanwhile.
    private sealed class ResetSpentException() : Exception("The reset was spent by another request.");
}
