using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>
/// Judges a sign-in by password. Until the password was right, the answer and the work are the same whether or not
/// there is an account, and whether it is disabled, has a password or a second factor.
/// </summary>
public sealed class PasswordLogin(
    AccountStore accounts, PasswordCheck passwords, SecondFactors.SecondFactors factors, LoginFailures failures, LockoutKeys keys,
    KnownDevices devices, StandingStore standings, SignIns signIns, Database database, AuditTrail audit)
{
    public async Task<IResult> AnswerAsync(HttpContext context, LoginEndpoints.LoginRequest sent, CancellationToken cancel)
    {
        var origin = RequestOrigin.Of(context);
        var account = await accounts.FindByEmailAsync(sent.Email, cancel);
        var addressKey = EmailAddress.IsAcceptable(sent.Email) ? EmailAddress.Key(sent.Email) : sent.Email;
        var device = devices.Recognise(context, sent.Device, account);
        var attempt = new Attempt(origin, account, device is null
            ? FailureCounter.OfStrangers(keys, addressKey)
            : FailureCounter.OfDevice(keys, addressKey, device), device is not null);

        // Asked here only to spare the hashing; what counts is the turn that is taken when the proof is judged.
        if (await failures.LockedForAsync(attempt.Counter, cancel) is { } locked)
        {
            return await database.WriteAsync(t => LockedAsync(t, attempt, locked), cancel);
        }

        var (proved, wrong) = await ProveAsync(attempt, sent, cancel);
        if (wrong is not null)
        {
            return await FailAsync(attempt, wrong);
        }

        return await database.WriteAsync(t => PassAsync(t, attempt, proved), cancel)
            ?? await OpenAsync(context, account!, device, sent, proved, cancel);
    }

    // The password first: nothing else about the account may show before it was right.
    private async Task<(ProofLevel Proved, string? Wrong)> ProveAsync(
        Attempt attempt, LoginEndpoints.LoginRequest sent, CancellationToken cancel)
    {
        var account = attempt.Account;
        if (!await passwords.IsRightAsync(account, sent.Password, cancel))
        {
            return (ProofLevel.None, account is null ? "unknown_account" : "wrong_password");
        }

        if (account!.DisabledAt is not null)
        {
            return (ProofLevel.None, "disabled");
        }

        if (!account.SecondFactor)
        {
            return (ProofLevel.Password, null);
        }

        // ProofLevel.None without a fault: the password was right and the second factor is still asked for.
        return sent.Code is null
            ? (ProofLevel.None, null)
            : await factors.CheckAsync(account, sent.Code, attempt.Origin, cancel) switch
            {
                SecondFactorResult.Accepted => (ProofLevel.SecondFactor, null),
                SecondFactorResult.NotEnrolled => (ProofLevel.None, null),
                _ => (ProofLevel.None, "wrong_code"),
            };
    }

    // Counted and audited also when the caller has hung up: a guess that nobody waits for was made all the same.
    private Task<IResult> FailAsync(Attempt attempt, string reason) =>
        database.WriteAsync(async t =>
        {
            var (locked, now) = await failures.CountAsync(t, attempt.Counter);
            if (locked is { } left)
            {
                return await LockedAsync(t, attempt, left);
            }

            await RecordAsync(t, attempt, new AuditEvent("login_failed") { Outcome = AuditOutcome.Refused, Reason = reason });
            if (now)
            {
                await RecordAsync(t, attempt, new AuditEvent("account_locked")
                {
                    Outcome = AuditOutcome.Refused,
                    Reason = attempt.Account is null ? "unknown_account" : "failed_attempts",
                    Details = new Dictionary<string, object?> { ["known_device"] = attempt.KnownDevice },
                });
            }

            return (IResult)Refusals.Unauthenticated("invalid_credentials", "E-mail address, password or code is wrong.", reason);
        }, CancellationToken.None);

    // Null lets the sign-in go on.
    private async Task<IResult?> PassAsync(Transaction t, Attempt attempt, ProofLevel proved)
    {
        if (await failures.TakeTurnAsync(t, attempt.Counter) is { } locked)
        {
            return await LockedAsync(t, attempt, locked);
        }

        if (proved == ProofLevel.None)
        {
            return Refusals.Unauthenticated("two_factor_required", "Send the code of the second factor too.");
        }

        await failures.ForgetAsync(t, attempt.Counter);
        return null;
    }

    private async Task<IResult> LockedAsync(Transaction t, Attempt attempt, TimeSpan lockedFor)
    {
        await RecordAsync(t, attempt, new AuditEvent("login_failed") { Outcome = AuditOutcome.Refused, Reason = "locked" });
        return LoginFailures.Refuse(lockedFor);
    }

    private async Task<IResult> OpenAsync(
        HttpContext context, Account account, KnownDevice? device, LoginEndpoints.LoginRequest sent, ProofLevel proved, CancellationToken cancel)
    {
        // A change since the account was read may have ended this very password: its proof opens nothing.
        if (await standings.LoadAsync(account.Id, cancel) is not { Disabled: false } standing
            || standing.Epoch != account.Epoch || standing.SecondFactor != account.SecondFactor)
        {
            return Refusals.Unauthenticated("invalid_credentials", "E-mail address, password or code is wrong.", "changed_meanwhile");
        }

        var kind = sent.Client == "browser" ? SessionKind.Browser : SessionKind.Api;
        devices.Remember(context, account, device, kind);
        var method = proved == ProofLevel.SecondFactor ? "password_and_code" : "password";
        return await signIns.AnswerAsync(context, standing, account.View(), kind, proved, method, cancel);
    }

    private Task RecordAsync(Transaction t, Attempt attempt, AuditEvent happened) =>
        audit.RecordAsync(t, attempt.Origin, attempt.Account is { } account
            ? (happened with { ActorId = account.Id }).On("user", account.Id)
            : happened);

    private sealed record Attempt(RequestOrigin Origin, Account? Account, FailureCounter Counter, bool KnownDevice);
}
