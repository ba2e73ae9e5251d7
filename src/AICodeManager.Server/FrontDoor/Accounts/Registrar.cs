using AICodeManager.Server.FrontDoor.Accounts.PasswordRules;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>What a new account is made of.</summary>
/// <param name="Password">Null for an account that has another way in, or gets one by a reset.</param>
public sealed record NewAccount(string Email, string? Name, string Role, string? Password);

/// <summary>Makes accounts, whoever asks for them.</summary>
public sealed class Registrar(UserManager<Account> users, AccountChange change, HashingTurns turns, AuditTrail audit, TimeProvider time)
{
    public const string DefaultRole = "user", AdministratorRole = "admin";

    /// <summary>
    /// Judges and makes an account, with its audit event in the same transaction. A taken address costs the same work
    /// as a free one: the password is hashed before anybody looks.
    /// </summary>
    /// <param name="also">Whatever else belongs to this account's making.</param>
    /// <returns>The account, or why there is none.</returns>
    public async Task<(Account? Made, Refusal? Refused)> CreateAsync(
        NewAccount wanted, RequestOrigin origin, Func<Transaction, Account, Task>? also = null)
    {
        var errors = new FieldErrors();
        if (!EmailAddress.IsAcceptable(wanted.Email))
        {
            errors.Add("email", $"must be an e-mail address of at most {EmailAddress.MaxLength} visible characters");
        }

        if (wanted.Name is not null)
        {
            errors.Name("name", wanted.Name);
        }

        // What cannot be accepted may be of any size: the password is judged without it.
        var email = errors.Any ? "" : EmailAddress.Written(wanted.Email);
        var name = errors.Any ? "" : wanted.Name ?? email.Split('@')[0];

        var now = time.GetUtcNow();
        var account = new Account
        {
            Id = Guid.CreateVersion7(now), Email = email, Name = name, Role = wanted.Role, CreatedAt = now, Version = 1, Epoch = 1,
        };
        var faults = wanted.Password is { } judged ? await users.JudgeAsync(account, judged) : [];
        faults.AddTo(errors);
        if (errors.Any)
        {
            return (null, errors.ToRefusal(faults));
        }

        change.Also(t => audit.RecordAsync(t, origin, new AuditEvent("user_created")
        {
            ActorId = origin.Caller?.UserId ?? account.Id,
            Details = new Dictionary<string, object?> { ["role"] = wanted.Role },
        }.On("user", account.Id)));
        if (also is not null)
        {
            change.Also(t => also(t, account));
        }

        // The rules were asked above; what can still fail is that the address is taken.
        var made = wanted.Password is { } password ? await turns.TakeAsync(() => users.CreateAsync(account, password), CancellationToken.None) : await users.CreateAsync(account);
        return made.Succeeded
            ? (account, null)
            : (null, Refusals.Conflict("email_taken", "There is an account with this e-mail address."));
    }
}
