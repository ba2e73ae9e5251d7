using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.PasswordRules;

/// <summary>Turns what the password rules said into the errors of a field.</summary>
public static class PasswordFaults
{
    /// <summary>Judges a password by every rule, without saving anything.</summary>
    public static async Task<IReadOnlyList<IdentityError>> JudgeAsync(this UserManager<Account> users, Account account, string password)
    {
        List<IdentityError> faults = [];
        foreach (var rule in users.PasswordValidators)
        {
            faults.AddRange((await rule.ValidateAsync(users, account, password)).Errors);
        }

        return faults;
    }

    public static void AddTo(this IEnumerable<IdentityError> faults, FieldErrors errors)
    {
        foreach (var fault in faults)
        {
            errors.Add("password", fault.Description);
        }
    }

    /// <summary>The refusal of an input whose fields are at fault; a breached password that is the only fault has a code of its own.</summary>
    public static Refusal ToRefusal(this FieldErrors errors, IReadOnlyList<IdentityError> password)
    {
        var refusal = errors.ToRefusal();
        return password is [{ Code: BreachedRule.Code } only] && refusal.Errors is { Count: 1 } && refusal.Errors.ContainsKey("password")
            ? new Refusal(400, "password_breached", "The password is known from a breach.") { Errors = refusal.Errors, Detail = $"The password {only.Description}." }
            : refusal;
    }
}
