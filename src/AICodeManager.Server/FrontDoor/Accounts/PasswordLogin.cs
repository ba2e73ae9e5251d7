using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
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
    KnownDevices devices, SignInWatch watch, StandingStore standings, SignIns signIns, Database database, AuditTrail audit)
{
    public async Task<IResult> AnswerAsync(HttpContext context, LoginEndpoints.LoginRequest sent, CancellationToken cancel)
    {
        var origin = RequestOrigin.Of(context);
        var account = await accounts.FindByEmailAsync(sent.Email, cancel);
        var addressKey = EmailAddress.IsAcceptable(sent.Email) ? EmailAddress.Key(sent.Email) : sent.Email;
        var device = devices.Recognise(context, sent.Device, account);
        var attempt = new Attempt(origin, account, device is null
            ? FailureCounter.OfStrangers(keys, addressKey, ClientNetwork.Of(context))
            : FailureCounter.OfDevice(keys, addressKey, device), device is not null);

        // Asked here only to spare the hashing; what counts is the turn that is taken when the proof is judged.
        if (await failures.LockedForAsync(attempt.Counter, cancel) is { } locked)
        {
            return await database.WriteAsync(t => LockedAsync(t, attempt, locked), cancel);
        }

        await using var admission = await watch.AdmitAsync(context, sent.Email, device?.Id, sent.Password, cancel);
        if (await RefuseAsync(attempt, admission, cancel) is { } refused)
        {
            return refused;
        }

        var (proved, wrong, codes) = await ProveAsync(context, attempt, sent, device, cancel);
        if (codes is not null)
        {
            await watch.GiveBackAsync(admission);
            return await database.WriteAsync(t => LockedAsync(t, attempt, codes.Wait), CancellationToken.None);
        }

        if (wrong is not null)
        {
            var answer = await FailAsync(attempt, wrong);
            await watch.FailAsync(admission, origin);
            return answer;
        }

        if (await database.WriteAsync(t => PassAsync(t, attempt, proved), cancel) is { } late)
        {
            return await GiveBackAsync(admission, late, proved);
        }

        var opened = await OpenAsync(context, account!, device, sent, proved, cancel);
        if (opened is not Refusal)
        {
            await watch.PassAsync(admission, origin, account!.Id);
        }

        return opened;
    }

    // Before any hash: what an account has no room for is answered as its lock is, whether or not there is one.
    private async Task<IResult?> RefuseAsync(Attempt attempt, ChargedAttempt admission, CancellationToken cancel)
    {
        if (!admission.IsRefused)
        {
            return null;
        }

        // The failure that filled the buckets may have locked the account meanwhile: of the two, that is the news.
        var locked = await failures.LockedForAsync(attempt.Counter, cancel) ?? (admission.Limit == GuessLimit.Account ? admission.Wait : null);
        return locked is { } wait ? await database.WriteAsync(t => LockedAsync(t, attempt, wait), cancel) : SignInWatch.Refuse(admission);
    }

    // A right password that waits for its code is no failure; one that came after the lock stays charged.
    private async Task<IResult> GiveBackAsync(ChargedAttempt admission, IResult answer, ProofLevel proved)
    {
        if (proved == ProofLevel.None && answer is Refusal { Status: 401 })
        {
            await watch.GiveBackAsync(admission);
        }

        return answer;
    }

    // The password first: nothing else about the account may show before it was right.
    private async Task<(ProofLevel Proved, string? Wrong, ChargedAttempt? Codes)> ProveAsync(
        HttpContext context, Attempt attempt, LoginEndpoints.LoginRequest sent, KnownDevice? device, CancellationToken cancel)
    {
        var account = attempt.Account;
        if (!await passwords.IsRightAsync(account, sent.Password, cancel))
        {
            return (ProofLevel.None, account is null ? "unknown_account" : "wrong_password", null);
        }

        if (account!.DisabledAt is not null)
        {
            return (ProofLevel.None, "disabled", null);
        }

        if (!account.SecondFactor)
        {
            return (ProofLevel.Password, null, null);
        }

        // ProofLevel.None without a fault: the password was right and the second factor is still asked for.
        if (sent.Code is null)
        {
            return (ProofLevel.None, null, null);
        }

        var codes = await watch.AdmitCodeAsync(context, account.Email, device?.Id, cancel);
        if (codes.IsRefused)
        {
            return (ProofLevel.None, null, codes);
        }

        var checkedAs = await factors.CheckAsync(account, sent.Code, attempt.Origin, cancel);
        if (checkedAs != SecondFactorResult.Wrong)
        {
            await watch.GiveBackAsync(codes);
        }

        return checkedAs switch
        {
            SecondFactorResult.Accepted => (ProofLevel.SecondFactor, null, null),
            SecondFactorResult.NotEnrolled => (ProofLevel.None, null, null),
            _ => (ProofLevel.None, "wrong_code", null),
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
        audit.RecordAnywayAsync(t, attempt.Origin, attempt.Account is { } account
            ? (happened with { ActorId = account.Id }).On("user", account.Id)
            : happened);

    private sealed record Attempt(RequestOrigin Origin, Account? Account, FailureCounter Counter, bool KnownDevice);
}
