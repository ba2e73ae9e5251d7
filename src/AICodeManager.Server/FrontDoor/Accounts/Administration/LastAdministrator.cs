using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.Administration;

/// <summary>Somebody must be left who can let people in: the last enabled administrator stays one.</summary>
internal static class LastAdministrator
{
    /// <summary>Refuses the change of this transaction where nobody else is an enabled administrator.</summary>
    /// <exception cref="RefusedChange">Nobody else is.</exception>
    public static async Task RefuseAsync(Transaction t, Guid leaving)
    {
        // Two administrators who demote each other lock different rows of users; here one waits for the other.
        await t.ExecuteAsync("UPDATE account_guards SET turns = turns + 1 WHERE name = 'administrators'");
        var others = await t.ScalarAsync<long>(
            "SELECT COUNT(*) FROM users WHERE role = @AdministratorRole AND disabled_at IS NULL AND id <> @leaving",
            new { Registrar.AdministratorRole, leaving });
        if (others == 0)
        {
            throw new RefusedChange(Refusals.Conflict(
                "last_administrator", "This is the last administrator; make another one first."));
        }
    }
}

/// <summary>Rolls a change back that was found against the rules within its own transaction.</summary>
internal sealed class RefusedChange(Refusal refusal) : Exception(refusal.Title)
{
    public Refusal Refusal => refusal;
}
