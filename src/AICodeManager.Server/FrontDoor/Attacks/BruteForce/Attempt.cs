using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>Somebody is about to prove who they are.</summary>
/// <param name="Account">Name of the account by <see cref="GuessKeys"/>; null where the proof itself tells it (a passkey).</param>
/// <param name="Device">Id of a device that the account knows; null for strangers.</param>
/// <param name="Password">Name of the password by <see cref="GuessKeys"/>; null where none is tried.</param>
/// <param name="Trusted">The operator vouches for the network: it has the good name of many people.</param>
public sealed record Attempt(ClientNetwork Network, string? Account, string? Device = null, string? Password = null, bool Trusted = false);

/// <summary>What keeps an attempt from being looked at.</summary>
public enum GuessLimit
{
    /// <summary>Nothing: it was charged, and is to be told as failed, passed or given back.</summary>
    None,

    /// <summary>Too many failures at this account.</summary>
    Account,

    /// <summary>Too many failures from this network, or with this password.</summary>
    Network,
}

/// <summary>
/// An attempt that was charged, or refused. To be disposed of when it is done: others of its network may wait for that.
/// </summary>
public sealed record ChargedAttempt(Attempt Attempt, GuessLimit Limit, TimeSpan Wait) : IAsyncDisposable
{
    internal IReadOnlyList<Bucket> Charged { get; init; } = [];
    internal IReadOnlyList<TimeSpan> Debts { get; init; } = [];

    /// <summary>People who have signed in from this network lately.</summary>
    internal int People { get; init; }

    internal Turn? Turn { get; init; }

    /// <summary>Some of its network are being looked at, on this node or another.</summary>
    internal bool Busy { get; init; }

    public bool IsRefused => Limit != GuessLimit.None;

    public ValueTask DisposeAsync() => Turn?.AbandonAsync() ?? ValueTask.CompletedTask;
}

/// <summary>What was noticed.</summary>
/// <param name="Kind">The word of the audit's reason, see <see cref="AlarmKind"/>.</param>
/// <param name="Facts">For the audit: numbers and words.</param>
public sealed record Alarm(string Kind, IReadOnlyDictionary<string, object?> Facts)
{
    /// <summary>The network is to be blocked for signing in; zero where it is only told of.</summary>
    public TimeSpan BlockFor { get; init; }
}

/// <summary>Words for what is noticed.</summary>
public static class AlarmKind
{
    public const string TooManyFailures = "too_many_failures", SlowGuessing = "slow_guessing", ManyAccounts = "many_accounts",
        PasswordSpraying = "password_spraying", CredentialStuffing = "credential_stuffing",
        SuccessAfterFailures = "success_after_failures", DeadTokens = "dead_tokens";
}
