using AICodeManager.Server.FrontDoor.Accounts.Resets;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.Administration;

/// <summary>What an administrator wants changed; null leaves it.</summary>
public sealed record UserUpdate(string? Name = null, string? Role = null, bool? Disabled = null);

/// <summary>Changes accounts on behalf of administrators; what is changed is in force with the user's next request.</summary>
public sealed class UserAdministration(
    UserManager<Account> users, AccountStore accounts, AccountChange change, StandingStore standings, PasswordResets resets,
    SessionStore sessions, AuditTrail audit, Settings settings, TimeProvider time)
{
    /// <summary>The account, if the caller's role covers its role; both refusals are a caller's to know.</summary>
    public async Task<(Account? Account, Refusal? Refused)> FindAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await accounts.FindAsync(id, cancel) is not { } account ? (null, Refusals.NotFound("no such user"))
        : settings.Rbac.Covers(caller.Role, account.Role) ? (account, null)
        : (null, Beyond(account.Role));

    /// <summary>Judges a role that is to be given.</summary>
    public Refusal? JudgeRole(Caller caller, string role) =>
        !settings.Rbac.Roles.ContainsKey(role)
            ? Refusals.InvalidInput("role", $"must be one of: {string.Join(", ", settings.Rbac.Roles.Keys.Order(StringComparer.Ordinal))}")
            : settings.Rbac.Covers(caller.Role, role) ? null : Beyond(role);

    public async Task<(Account? Changed, Refusal? Refused)> UpdateAsync(
        Caller caller, RequestOrigin origin, Guid id, UserUpdate wanted, CancellationToken cancel)
    {
        if (wanted.Role is { } role && JudgeRole(caller, role) is { } badRole)
        {
            return (null, badRole);
        }

        var (account, refused) = await FindAsync(caller, id, cancel);
        if (account is null)
        {
            return (null, refused);
        }

        var before = account with { };
        account.Name = wanted.Name ?? account.Name;
        account.Role = wanted.Role ?? account.Role;
        account.DisabledAt = wanted.Disabled switch
        {
            true => account.DisabledAt ?? time.GetUtcNow(),
            false => null,
            null => account.DisabledAt,
        };
        if (account == before)
        {
            return (account, null);
        }

        var disabled = before.DisabledAt is null && account.DisabledAt is not null;
        var demoted = before.Role != account.Role;
        change.EndSessions = disabled || demoted;
        change.Also(async t =>
        {
            if ((disabled || demoted) && IsAdministrator(before) && !IsAdministrator(account))
            {
                await LastAdministrator.RefuseAsync(t, account.Id);
            }

            if (demoted && caller.UserId == account.Id)
            {
                throw new RefusedChange(Refusals.Conflict("own_role", "Nobody changes their own role; ask another administrator."));
            }

            if (disabled || demoted)
            {
                // Whoever holds one was trusted with the account as it was, not with a role it was given since.
                await resets.ForgetAsync(t, account.Id);
            }

            foreach (var happened in Events(before, account))
            {
                await audit.RecordAsync(t, origin, happened.On("user", account.Id));
            }
        });
        try
        {
            if (!(await users.UpdateAsync(account)).Succeeded)
            {
                return (null, Refusals.Conflict("account_changed", "The account was changed by another request; try again."));
            }
        }
        catch (RefusedChange refusal)
        {
            return (null, refusal.Refusal);
        }

        if (disabled || demoted)
        {
            await sessions.EndAllAsync(account.Id, null, disabled ? SessionEnd.Disabled : SessionEnd.RoleChanged, origin);
        }

        return (account, null);
    }

    /// <summary>Ends every session of a user; one that is being opened now too.</summary>
    public async Task LogOutAsync(Guid id, RequestOrigin origin, CancellationToken cancel)
    {
        await standings.ChangeAsync(id, endSessions: true, async t =>
        {
            await audit.RecordAsync(t, origin, new AuditEvent("user_logged_out").On("user", id));
            return true;
        }, cancel);
        await sessions.EndAllAsync(id, null, SessionEnd.Forced, origin);
    }

    /// <summary>Issues a password reset for the administrator to hand over; null when the account was changed since it was found.</summary>
    public async Task<(Secret Token, DateTimeOffset ExpiresAt)?> IssueResetAsync(Account found, RequestOrigin origin, CancellationToken cancel)
    {
        var id = found.Id;
        var issued = await standings.ChangeAsync<(Secret, DateTimeOffset)?>(id, endSessions: false, async t =>
        {
            // Judged once more, now that its row is held: it may have been given a role that the administrator must not touch.
            if (await t.ScalarAsync<string>("SELECT role FROM users WHERE id = @id", new { id }) != found.Role)
            {
                return null;
            }

            await audit.RecordAsync(t, origin, new AuditEvent("password_reset_issued").On("user", id));
            return await resets.IssueAsync(t, id);
        }, cancel);
        return issued?.Result;
    }

    private static bool IsAdministrator(Account account) =>
        account.Role == Registrar.AdministratorRole && account.DisabledAt is null;

    private static IEnumerable<AuditEvent> Events(Account before, Account after)
    {
        if (before.Role != after.Role)
        {
            yield return new AuditEvent("role_changed")
            {
                Details = new Dictionary<string, object?> { ["from"] = before.Role, ["to"] = after.Role },
            };
        }

        if (before.DisabledAt is null != after.DisabledAt is null)
        {
            yield return after.DisabledAt is null ? new AuditEvent("user_enabled") : new AuditEvent("user_disabled");
        }

        if (before.Name != after.Name)
        {
            yield return new AuditEvent("user_updated");
        }
    }

    private static Refusal Beyond(string role) => new(403, "permission_denied", "Your role does not allow this.")
    {
        Detail = $"The role '{role}' may do what yours may not.",
    };
}
