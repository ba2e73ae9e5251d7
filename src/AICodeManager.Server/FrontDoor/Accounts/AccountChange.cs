using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>
/// What belongs to the next account that the user manager saves in this scope: its audit event, rows of other tables,
/// the end of its sessions. All of it is kept with the account, or nothing.
/// </summary>
public sealed class AccountChange
{
    private readonly List<Func<Transaction, Task>> steps = [];

    /// <summary>Raises the user's epoch with the change: every session is over once it commits.</summary>
    public bool EndSessions { get; set; }

    /// <summary>The account's standing after the last save; null where that saved nothing.</summary>
    public UserStanding? Standing { get; private set; }

    /// <summary>Adds a step to the transaction of the next save.</summary>
    public void Also(Func<Transaction, Task> step) => steps.Add(step);

    internal async Task RunAsync(Transaction transaction)
    {
        foreach (var step in steps)
        {
            await step(transaction);
        }
    }

    internal void Saved(UserStanding? standing)
    {
        steps.Clear();
        (Standing, EndSessions) = (standing, false);
    }
}
