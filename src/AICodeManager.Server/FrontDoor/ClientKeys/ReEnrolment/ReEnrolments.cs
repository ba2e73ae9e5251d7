using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.ClientKeys.Devices;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.ClientKeys.ReEnrolment;

/// <summary>
/// Gives a known device a new key for a second proof and no password. The device token is one proof, bound to account and
/// password; the code or passkey is the other. Failures count as those of sign-in do, on the same counters.
/// </summary>
/// <remarks>
/// Whoever has no device token of the account takes one way, with the same answer and work whether or not there is an
/// account: the second proof is not even looked at.
/// </remarks>
public sealed class ReEnrolments(
    AccountStore accounts, KnownDevices devices, LockoutKeys keys, LoginFailures failures, SecondFactors factors, PasskeyChecks passkeys,
    SignInWatch watch, StandingStore standings, KeyIntake intake, ClientKeyStore store, Database database, AuditTrail audit)
{
    private static readonly Dictionary<string, object?> Method = new() { ["method"] = "re_enrolment" };

    public async Task<IResult> AnswerAsync(HttpContext context, ReEnrolEndpoint.Request sent, OfferedKey offered, CancellationToken cancel)
    {
        var account = await accounts.FindByEmailAsync(sent.Email, cancel);
        var addressKey = EmailAddress.IsAcceptable(sent.Email) ? EmailAddress.Key(sent.Email) : sent.Email;
        var device = devices.Recognise(context, sent.Device, account);
        var attempt = new Attempt(RequestOrigin.Of(context), account, device is null
            ? FailureCounter.OfStrangers(keys, addressKey, ClientNetwork.Of(context))
            : FailureCounter.OfDevice(keys, addressKey, device));
        if (await failures.LockedForAsync(attempt.Counter, cancel) is { } locked)
        {
            return await database.WriteAsync(t => LockedAsync(t, attempt, locked), cancel);
        }

        await using var admission = await watch.AdmitAsync(context, sent.Email, device?.Id, password: null, cancel);
        if (admission.Limit == GuessLimit.Account)
        {
            return await database.WriteAsync(t => LockedAsync(t, attempt, admission.Wait), cancel);
        }

        if (SignInWatch.Refuse(admission) is { } full)
        {
            return full;
        }

        if (await WhyNotAsync(context, attempt, device, sent, cancel) is { } wrong)
        {
            var answer = await FailAsync(attempt, wrong);
            await watch.FailAsync(admission, attempt.Origin);
            return answer;
        }

        if (await database.WriteAsync(t => PassAsync(t, attempt), cancel) is { } late)
        {
            return late;
        }

        await watch.PassAsync(admission, attempt.Origin, account!.Id);
        return await EnrolAsync(context, account, sent, offered, cancel);
    }

    /// <summary>Null where both proofs are right; else the reason, for the audit only.</summary>
    private async Task<string?> WhyNotAsync(
        HttpContext context, Attempt attempt, KnownDevice? device, ReEnrolEndpoint.Request sent, CancellationToken cancel) =>
        attempt.Account is not { } account || device is null ? "unknown_device"
        : account.DisabledAt is not null ? "disabled"
        : sent.Passkey is { } passkey
            ? (await passkeys.CheckAsync(context, PasskeyPurpose.SignIn, null, passkey, cancel)).Account?.Id == account.Id ? null : "passkey_refused"
        : await factors.CheckAsync(account, sent.Code!, attempt.Origin, cancel) == SecondFactorResult.Accepted ? null : "wrong_code";

    // Counted and audited also when the caller has hung up: a guess that nobody waits for was made all the same.
    private Task<IResult> FailAsync(Attempt attempt, string reason) => database.WriteAsync(async t =>
    {
        var (locked, now) = await failures.CountAsync(t, attempt.Counter);
        if (locked is { } left)
        {
            return await LockedAsync(t, attempt, left);
        }

        await RecordAsync(t, attempt, new AuditEvent("login_failed") { Outcome = AuditOutcome.Refused, Reason = reason, Details = Method });
        if (now)
        {
            await RecordAsync(t, attempt, new AuditEvent("account_locked")
            {
                Outcome = AuditOutcome.Refused, Reason = attempt.Account is null ? "unknown_account" : "failed_attempts", Details = Method,
            });
        }

        return (IResult)Wrong(reason);
    }, CancellationToken.None);

    // Null lets the enrolment go on.
    private async Task<IResult?> PassAsync(Transaction t, Attempt attempt)
    {
        if (await failures.TakeTurnAsync(t, attempt.Counter) is { } locked)
        {
            return await LockedAsync(t, attempt, locked);
        }

        await failures.ForgetAsync(t, attempt.Counter);
        return null;
    }

    private async Task<IResult> EnrolAsync(
        HttpContext context, Account account, ReEnrolEndpoint.Request sent, OfferedKey offered, CancellationToken cancel)
    {
        // A change since the account was read may have ended this very device or factor: its proof enrols nothing.
        if (await standings.LoadAsync(account.Id, cancel) is not { Disabled: false } standing || standing.Epoch != account.Epoch)
        {
            return Wrong("changed_meanwhile");
        }

        if (await intake.SpendAsync(offered, account.Id, cancel) is { } spent)
        {
            return spent;
        }

        var custody = KeyCustodyWords.Read(sent.Custody) ?? (sent.Device is null ? KeyCustody.Browser : KeyCustody.Native);
        var added = intake.Accept(context, offered, custody, sent.Name, sent.Passkey is null ? "code" : "passkey");
        var (change, key) = await store.AddAsync(account.Id, added, RequestOrigin.Of(context), cancel);
        return key is null ? KeyRefusals.Of(change) : KeyEndpoints.Created(key);
    }

    private async Task<IResult> LockedAsync(Transaction t, Attempt attempt, TimeSpan lockedFor)
    {
        await RecordAsync(t, attempt, new AuditEvent("login_failed") { Outcome = AuditOutcome.Refused, Reason = "locked", Details = Method });
        return LoginFailures.Refuse(lockedFor);
    }

    private Task RecordAsync(Transaction t, Attempt attempt, AuditEvent happened) =>
        audit.RecordAnywayAsync(t, attempt.Origin, attempt.Account is { } account
            ? (happened with { ActorId = account.Id }).On("user", account.Id)
            : happened);

    private static Refusal Wrong(string reason) =>
        Refusals.Unauthenticated("invalid_credentials", "E-mail address, device or second proof is wrong.", reason);

    private sealed record Attempt(RequestOrigin Origin, Account? Account, FailureCounter Counter);
}
