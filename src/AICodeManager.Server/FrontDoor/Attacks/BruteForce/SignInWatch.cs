using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// The door for whoever judges a proof: asks the guard before, tells it after, and makes of what it notices blocks and
/// audit events. Does nothing where <c>brute_force.enabled</c> is off.
/// </summary>
public sealed class SignInWatch(GuessGuard guard, GuessKeys keys, BlockList blocks, AuditTrail audit, Settings settings, TimeProvider time)
{
    private readonly bool enabled = settings.Monitoring.AttackDetection.BruteForce.Enabled;

    /// <summary>Charges an attempt before any work is done for it.</summary>
    /// <param name="name">Of the account, as it was sent; null where the proof itself tells it.</param>
    /// <param name="device">Id of a device that the account knows.</param>
    /// <param name="password">The one that is tried, where it is one.</param>
    public async ValueTask<ChargedAttempt> AdmitAsync(
        HttpContext context, string? name, string? device, string? password, CancellationToken cancel)
    {
        var attempt = Of(context) with
        {
            Account = name is null ? null : keys.OfAccount(name), Device = device,
            Password = password is null ? null : keys.OfPassword(password),
        };
        if (!enabled)
        {
            return Unwatched(attempt);
        }

        var charged = await guard.AdmitAsync(attempt, cancel);
        if (charged.Limit == GuessLimit.Account || device is not null || blocks.Find(attempt.Network, BlockScope.SignIn) is not { } block)
        {
            return charged;
        }

        // The guard layer has let it through for a device that it is not from.
        await GiveBackAsync(charged);
        return new ChargedAttempt(attempt, GuessLimit.Network, block.Until - time.GetUtcNow());
    }

    /// <summary>Charges a code of the second factor to an account that something else has named before.</summary>
    public ValueTask<ChargedAttempt> AdmitCodeAsync(HttpContext context, string name, string? device, CancellationToken cancel)
    {
        var attempt = Of(context) with { Account = keys.OfAccount(name), Device = device };
        return enabled ? guard.AdmitCodeAsync(attempt, cancel) : ValueTask.FromResult(Unwatched(attempt));
    }

    /// <summary>Charges a registration.</summary>
    public ValueTask<ChargedAttempt> AdmitRegistrationAsync(HttpContext context, int weight, CancellationToken cancel) =>
        enabled ? guard.AdmitRegistrationAsync(Of(context), weight, cancel) : ValueTask.FromResult(Unwatched(Of(context)));

    /// <summary>The proof was wrong. Not to be cancelled: a guess that nobody waits for was made all the same.</summary>
    public async Task FailAsync(ChargedAttempt admission, RequestOrigin origin)
    {
        if (enabled)
        {
            await TellAsync(admission.Attempt.Network, await guard.FailAsync(admission, CancellationToken.None), null, origin);
        }
    }

    /// <summary>The proof was right and somebody is in.</summary>
    public async Task PassAsync(ChargedAttempt admission, RequestOrigin origin, Guid user)
    {
        if (enabled)
        {
            await TellAsync(admission.Attempt.Network, await guard.PassAsync(admission, CancellationToken.None), user, origin);
        }
    }

    /// <summary>The attempt with the account that its proof has told.</summary>
    public Attempt Named(Attempt attempt, string name) => attempt with { Account = keys.OfAccount(name) };

    /// <summary>It was neither wrong nor the whole proof.</summary>
    public Task GiveBackAsync(ChargedAttempt admission) => guard.GiveBackAsync(admission, CancellationToken.None).AsTask();

    /// <summary>Forgets what a network was charged with, for its block was lifted.</summary>
    public Task ForgiveAsync(ClientNetwork network, CancellationToken cancel) =>
        guard.ForgiveAsync(new Attempt(network, null), cancel).AsTask();

    /// <summary>Forgets what was tried at an account, as far as it concerns this network: its owner has won it back.</summary>
    public Task ForgiveAccountAsync(HttpContext context, string name, CancellationToken cancel) =>
        guard.ForgiveAsync(Named(Of(context), name), cancel).AsTask();

    /// <summary>The refusal of an attempt that had no room; null where it had.</summary>
    public static Refusal? Refuse(ChargedAttempt admission) => admission.Limit == GuessLimit.None ? null : BlockRefusals.SignInBlocked(admission.Wait);

    internal Attempt Of(HttpContext context)
    {
        var network = ClientNetwork.Of(context);
        return new(network, null, Trusted: blocks.IsAllowed(network));
    }

    internal async Task TellAsync(ClientNetwork network, IReadOnlyList<Alarm> alarms, Guid? user, RequestOrigin origin)
    {
        foreach (var alarm in alarms)
        {
            if (alarm.BlockFor > TimeSpan.Zero)
            {
                await blocks.BlockAsync(network, BlockScope.SignIn, BlockReason.BruteForce, alarm.BlockFor, origin, CancellationToken.None);
            }
            else
            {
                await audit.RecordDoneAsync(origin, Suspicious(network, alarm, user));
            }
        }
    }

    private static AuditEvent Suspicious(ClientNetwork network, Alarm alarm, Guid? user)
    {
        var told = new AuditEvent("suspicious_activity")
        {
            Outcome = alarm.Kind == AlarmKind.SuccessAfterFailures ? AuditOutcome.Success : AuditOutcome.Refused,
            Reason = alarm.Kind, ActorId = user,
            Details = new Dictionary<string, object?>(alarm.Facts) { ["network"] = network.ToString() },
        };
        return user is { } id ? told.On("user", id) : told;
    }

    private static ChargedAttempt Unwatched(Attempt attempt) => new(attempt, GuessLimit.None, TimeSpan.Zero);
}
