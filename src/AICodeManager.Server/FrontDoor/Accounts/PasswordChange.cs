using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Server.FrontDoor.Accounts.PasswordRules;
using AICodeManager.Server.FrontDoor.Accounts.Resets;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Changes the password of who is signed in: every other session ends, this one goes on.</summary>
public sealed class PasswordChange(
    UserManager<Account> users, AccountStore accounts, AccountChange change, PasswordCheck passwords, LoginFailures failures,
    LockoutKeys keys, KnownDevices devices, PasswordResets resets, SignIns signIns, SessionStore sessions, Database database, AuditTrail audit)
{
    public async Task<IResult> AnswerAsync(
        HttpContext context, Caller caller, RequestOrigin origin, string current, string password, CancellationToken cancel)
    {
        if (await accounts.FindAsync(caller.UserId, cancel) is not { } account)
        {
            return Refusals.NotFound("the account of a live session is gone");
        }

        if (await JudgeCurrentAsync(account, caller, current, origin, cancel) is { } refused)
        {
            return refused;
        }

        var errors = new FieldErrors();
        var faults = await users.JudgeAsync(account, password);
        faults.AddTo(errors);
        if (errors.Any)
        {
            return errors.ToRefusal(faults);
        }

        account.PasswordHash = users.PasswordHasher.HashPassword(account, password);
        change.EndSessions = true;
        change.Also(t => audit.RecordAsync(t, origin, new AuditEvent("password_changed").On("user", account.Id)));
        change.Also(t => resets.ForgetAsync(t, account.Id));
        if (!(await users.UpdateAsync(account)).Succeeded)
        {
            return Refusals.Conflict("account_changed", "The account was changed by another request; try again.");
        }

        // The change is in force: what follows from it must not depend on whether the caller still waits.
        await signIns.RenewAsync(context, change.Standing!, ProofLevel.Password, CancellationToken.None);
        await sessions.EndAllAsync(account.Id, caller.SessionId, SessionEnd.PasswordChanged, origin);
        devices.Remember(context, account, null, CurrentSession.Of(context)!.Session.Kind);
        return TypedResults.NoContent();
    }

    // Whoever took over a session must not guess the password through it; guesses here lock no sign-in.
    private async Task<Refusal?> JudgeCurrentAsync(
        Account account, Caller caller, string current, RequestOrigin origin, CancellationToken cancel)
    {
        var counter = FailureCounter.OfPasswordChange(keys, account, caller.SessionId!.Value);
        if (await failures.LockedForAsync(counter, cancel) is { } locked)
        {
            return LoginFailures.Refuse(locked);
        }

        var right = await passwords.IsRightAsync(account, current, cancel);
        // Counted also when the caller has hung up: a guess that nobody waits for was made all the same.
        return await database.WriteAsync(async t =>
        {
            if (right)
            {
                if (await failures.TakeTurnAsync(t, counter) is { } late)
                {
                    return LoginFailures.Refuse(late);
                }

                await failures.ForgetAsync(t, counter);
                return null;
            }

            if ((await failures.CountAsync(t, counter)).Locked is { } already)
            {
                return LoginFailures.Refuse(already);
            }

            await audit.RecordAsync(t, origin, new AuditEvent("password_change_failed")
            {
                Outcome = AuditOutcome.Refused, Reason = "wrong_password",
            }.On("user", account.Id));
            return Refusals.Unauthenticated("invalid_credentials", "The current password is wrong.", "wrong_password");
        }, CancellationToken.None);
    }
}
