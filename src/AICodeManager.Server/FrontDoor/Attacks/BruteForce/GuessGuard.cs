using System.Diagnostics;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// Decides whether a guess is looked at. Failures fill buckets that drip empty; an attempt is charged as a failure before
/// any work is done for it and given back when it was right, so that guesses sent at once cannot race the count.
/// </summary>
/// <remarks>
/// A stranger's attempt is charged to the network at this account (for minutes and for hours), to the account, in one of
/// two lanes, to the network, and to the password. Nothing here locks: a full bucket says when it has room again. A known
/// device has a bucket of its own and no other, so that strangers cannot fill it.
/// </remarks>
public sealed class GuessGuard(IAttemptStore store, GuessRules rules) : IDisposable
{
    /// <summary>Where in the store it counts: installations that share one must not count together.</summary>
    public string Shard { get; init; } = "sign-in";

    private readonly Turnstile turns = new();

    /// <summary>How long an attempt waits for others of its network that are being looked at.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    // How many members are kept; the thresholds lie below.
    private const int Few = 8, Some = 64, Many = 512;

    // Places of the buckets of a stranger's attempt.
    private const int Pair = 0, Persistent = 1, LastOfAccount = 2, OfNetworkAt = 3;

    /// <summary>
    /// Charges the attempt. What is not refused must be told as failed, passed or given back. Where others of its network
    /// leave no room that are not known to be wrong yet, it waits for them first.
    /// </summary>
    public async ValueTask<ChargedAttempt> AdmitAsync(Attempt attempt, CancellationToken cancel)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            var charged = await TryAsync(attempt, cancel);
            if (!charged.IsRefused || !await turns.WaitAsync(attempt.Network, charged.Busy, Patience - Stopwatch.GetElapsedTime(since), cancel))
            {
                return charged;
            }
        }
    }

    private async ValueTask<ChargedAttempt> TryAsync(Attempt attempt, CancellationToken cancel)
    {
        if (attempt.Device is { } device)
        {
            return await ChargeAsync(attempt, [new($"device.{device}", rules.Device, rules.Each), Busy(attempt)], 0, lastOfAccount: 0, cancel);
        }

        var network = attempt.Network.Key;
        if (attempt.Account is not { } account)
        {
            return await ChargeAsync(attempt, [new($"proof.{network}", rules.Proofs, rules.ProofsEach), Busy(attempt)], 0, lastOfAccount: -1, cancel);
        }

        var people = People(network);
        var failing = new CountMembers(Shard, $"failing.{network}") { Window = GuessRules.Recent, Most = Some };
        var known = AtAccount(account, network, MemberChange.None);
        await store.AskAsync([people, failing, known], cancel);
        var there = Known(attempt, people);
        List<Bucket> buckets =
        [
            new($"pair.{account}.{network}", rules.Failures, rules.Each),
            new($"long.{account}.{network}", rules.Persistent, rules.PersistentEach),
            new($"{(known.Known ? "known" : "fresh")}.{account}", rules.Lane, rules.Each),
            OfNetwork(network, there, failing.Count),
        ];
        if (attempt.Password is { } password && there == 0)
        {
            buckets.Add(new($"password.{password}", rules.Password, rules.Each));
        }

        buckets.Add(Busy(attempt));
        return await ChargeAsync(attempt, buckets, there, LastOfAccount, cancel);
    }

    /// <summary>Notes that it was wrong; what follows from that is told, each thing once in ten minutes.</summary>
    public async ValueTask<IReadOnlyList<Alarm>> FailAsync(ChargedAttempt admission, CancellationToken cancel)
    {
        var attempt = admission.Attempt;
        if (attempt is not { Account: { } account, Device: null })
        {
            await store.AskAsync([Done(attempt)], cancel);
            admission.Turn?.TryLeave();
            return [];
        }

        var network = attempt.Network.Key;
        var failing = Seen($"failing.{network}", account, Some);
        var accounts = Seen("failing-accounts", account, Some);
        var networks = Seen("failing-networks", network, Some);
        List<Question> asked = [failing, accounts, networks, AtAccount(account, network, MemberChange.Add)];
        var tried = attempt.Password is { } password ? Seen($"tried.{password}", account, Some) : null;
        if (tried is not null)
        {
            asked.Add(tried);
        }

        // What is forgiven with a success is what failed, not what is being looked at besides.
        asked.Add(new ChargeBuckets(Shard, [Own(account, network), Busy(attempt) with { Cost = -1 }]));
        await store.AskAsync(asked, cancel);
        admission.Turn?.TryLeave();
        List<(string Subject, Alarm Alarm)> noticed = [];
        if (failing.Count >= GuessRules.ManyAccounts)
        {
            noticed.Add((network, new(AlarmKind.ManyAccounts, Facts(("accounts", failing.Count)))));
        }

        if (tried?.Count >= GuessRules.SprayedAccounts)
        {
            noticed.Add((attempt.Password!, new(AlarmKind.PasswordSpraying, Facts(("accounts", tried.Count)))));
        }

        if (accounts.Count >= GuessRules.StuffedAccounts && networks.Count >= GuessRules.StuffedAccounts)
        {
            noticed.Add(("site", new(AlarmKind.CredentialStuffing, Facts(("accounts", accounts.Count), ("networks", networks.Count)))));
        }

        var news = await NewsAsync(noticed, cancel);
        return Block(admission) is { } block ? [block, .. news] : news;
    }

    /// <summary>Notes that it was right and that somebody is in: their network has a good name.</summary>
    public async ValueTask<IReadOnlyList<Alarm>> PassAsync(ChargedAttempt admission, CancellationToken cancel)
    {
        var (attempt, network) = (admission.Attempt, admission.Attempt.Network.Key);
        var own = IsOfAccount(admission) ? new ChargeBuckets(Shard, [Own(attempt.Account!, network) with { Cost = -rules.Failures }]) : null;
        List<Question> asked = own is null ? [] : [own];
        if (attempt.Account is { } account)
        {
            asked.Add(People(network, account));
            asked.Add(NoLonger($"failing.{network}", account));
            asked.Add(NoLonger("failing-accounts", account));
            asked.Add(NoLonger("failing-networks", network));
            await store.AskAsync(asked, cancel);
        }

        if (admission.Charged.Count > 0)
        {
            var failed = own is null ? 0 : (int)Math.Ceiling(own.Buckets[0].Units(own.Before[0]));
            await store.AskAsync([new ChargeBuckets(Shard, [.. Forgiven(admission, failed)])], cancel);
        }

        admission.Turn?.TryLeave();
        return IsOfAccount(admission) && FailuresBefore(admission) is var before && before > rules.Failures - 1
            ? await NewsAsync([($"{attempt.Account}.{network}", new(AlarmKind.SuccessAfterFailures, Facts(("failures", (int)Math.Ceiling(before)))))], cancel)
            : [];
    }

    /// <summary>It was neither: nothing was looked at, or the first of two proofs was right.</summary>
    public async ValueTask GiveBackAsync(ChargedAttempt admission, CancellationToken cancel)
    {
        if (admission.Charged.Count > 0)
        {
            await store.AskAsync([new ChargeBuckets(Shard, [.. admission.Charged.Select(b => b with { Cost = -b.Cost })])], cancel);
        }

        admission.Turn?.TryLeave();
    }

    /// <summary>Charges a code of the second factor, whose account has been named by a right password or a session.</summary>
    public ValueTask<ChargedAttempt> AdmitCodeAsync(Attempt attempt, CancellationToken cancel) => ChargeAsync(
        attempt,
        attempt.Device is { } device
            ? [new($"codes.{device}", rules.Codes, rules.Each)]
            : [new($"codes.{attempt.Account}", rules.Codes, rules.Each), new($"long-codes.{attempt.Account}", rules.Persistent, rules.PersistentEach)],
        0, LastOfAccount, cancel);

    /// <summary>Charges one new account to its network.</summary>
    /// <param name="weight">What it counts: an address that is taken may be a search for accounts.</param>
    public ValueTask<ChargedAttempt> AdmitRegistrationAsync(Attempt attempt, int weight, CancellationToken cancel) => ChargeAsync(
        attempt, [new($"register.{attempt.Network.Key}", GuessRules.Registrations, GuessRules.RegistrationsEach, weight)], 0, lastOfAccount: -1, cancel);

    /// <summary>Charges a dead token to its network, the same one once an hour.</summary>
    /// <returns>How long no token of this network is to be looked at; zero while there is room, or where people are known to be.</returns>
    public async ValueTask<(TimeSpan Wait, IReadOnlyList<Alarm> Alarms)> ChargeTokenAsync(Attempt attempt, string token, CancellationToken cancel)
    {
        var network = attempt.Network.Key;
        var seen = new CountMembers(Shard, $"tokens.{network}")
        {
            Member = token, Change = MemberChange.Add, Window = GuessRules.Remembered, Most = Many,
        };
        var people = People(network);
        await store.AskAsync([seen, people], cancel);
        if (seen.Known)
        {
            return (TimeSpan.Zero, []);
        }

        var bucket = new Bucket($"token.{network}", rules.Tokens, rules.TokensEach, Force: true);
        var charge = new ChargeBuckets(Shard, [bucket]);
        await store.AskAsync([charge], cancel);
        var over = charge.Debts[0] - ((rules.Tokens - 1) * rules.TokensEach);
        return over <= TimeSpan.Zero
            ? (TimeSpan.Zero, [])
            : (Known(attempt, people) > 0 ? TimeSpan.Zero : over,
                await NewsAsync([(network, new(AlarmKind.DeadTokens, Facts(("tokens", seen.Count))))], cancel));
    }

    /// <summary>Empties the buckets of a network, for its block was lifted; or those of an account, which its owner has won back.</summary>
    public ValueTask ForgiveAsync(Attempt attempt, CancellationToken cancel)
    {
        var network = attempt.Network.Key;
        string[] names = attempt.Account is { } account
            ? [$"pair.{account}.{network}", $"long.{account}.{network}", $"known.{account}", $"fresh.{account}", $"codes.{account}", $"long-codes.{account}"]
            : [$"strangers.{network}", $"network.{network}"];
        return store.AskAsync([new ChargeBuckets(Shard, [.. names.Select(name => new Bucket(name, 1, TimeSpan.FromDays(1), -1000))])], cancel);
    }

    public void Dispose() => turns.Dispose();

    private CountMembers NoLonger(string key, string member) =>
        new(Shard, key) { Member = member, Change = MemberChange.Remove, Window = GuessRules.Recent, Most = Some };

    private static int Known(Attempt attempt, CountMembers people) => attempt.Trusted ? Few : people.Count;

    private CountMembers People(string network, string? account = null) => new(Shard, $"people.{network}")
    {
        Member = account ?? "", Change = account is null ? MemberChange.None : MemberChange.Add, Window = GuessRules.Vouched, Most = Few,
    };

    private CountMembers AtAccount(string account, string network, MemberChange change) =>
        new(Shard, $"networks.{account}") { Member = network, Change = change, Window = GuessRules.Remembered, Most = Many };

    private CountMembers Seen(string key, string member, int most) =>
        new(Shard, key) { Member = member, Change = MemberChange.Add, Window = GuessRules.Recent, Most = most };

    private Bucket OfNetwork(string network, int people, int accounts) =>
        new($"{(people == 0 ? "strangers" : "network")}.{network}", rules.OfNetwork(people), rules.EachOfNetwork(people), GuessRules.Weight(accounts, people));

    // The failures before were the owner's own, as far as this network and this account are concerned. Nothing else is
    // forgiven: a success must not wash what was tried at other accounts, or from elsewhere.
    private static IEnumerable<Bucket> Forgiven(ChargedAttempt admission, int failed) => admission.Charged.Select((bucket, place) => bucket with
    {
        Cost = -(place switch
        {
            Pair when IsOfAccount(admission) => bucket.Burst,
            OfNetworkAt => bucket.Cost + failed,
            _ => bucket.Cost,
        }),
    });

    // What is being looked at, by all nodes: never a limit, and forgotten five seconds after a node that ended over it.
    private static Bucket Busy(Attempt attempt) => new($"busy.{attempt.Network.Key}", 100_000, TimeSpan.FromSeconds(5));

    private ChargeBuckets Done(Attempt attempt) => new(Shard, [Busy(attempt) with { Cost = -1 }]);

    // Failures that a success at the same account and network is to forgive.
    private Bucket Own(string account, string network) => new($"own.{account}.{network}", rules.Failures, rules.Each, Force: true);

    private async ValueTask<ChargedAttempt> ChargeAsync(
        Attempt attempt, IReadOnlyList<Bucket> buckets, int people, int lastOfAccount, CancellationToken cancel)
    {
        var charge = new ChargeBuckets(Shard, buckets);
        await store.AskAsync([charge], cancel);
        var limit = charge.Full is not { } full ? GuessLimit.None : full <= lastOfAccount ? GuessLimit.Account : GuessLimit.Network;
        return new(attempt, limit, charge.Wait)
        {
            Charged = limit == GuessLimit.None ? buckets : [], Debts = charge.Debts, People = people,
            Turn = limit == GuessLimit.None && buckets[^1] == Busy(attempt) ? turns.Enter(attempt.Network, () => store.AskAsync([Done(attempt)], CancellationToken.None)) : null,
            Busy = limit != GuessLimit.None && buckets[^1] == Busy(attempt) && charge.Debts[^1] > TimeSpan.Zero,
        };
    }

    // Nobody is known to be there, and it has used up what a stranger has.
    private Alarm? Block(ChargedAttempt admission)
    {
        if (admission.People > 0 || !IsOfAccount(admission))
        {
            return null;
        }

        return IsFull(admission, OfNetworkAt) ? new(AlarmKind.TooManyFailures, Facts(("failures", rules.Failures))) { BlockFor = rules.BlockFor }
            : IsFull(admission, Persistent) ? new(AlarmKind.SlowGuessing, Facts(("failures", rules.Persistent))) { BlockFor = rules.BlockFor }
            : null;
    }

    private static bool IsFull(ChargedAttempt admission, int place) =>
        admission.Charged[place] is var bucket && bucket.Units(admission.Debts[place]) > bucket.Burst - 1;

    private static bool IsOfAccount(ChargedAttempt admission) =>
        admission.Attempt is { Account: not null, Device: null } && admission.Charged.Count > LastOfAccount;

    private static double FailuresBefore(ChargedAttempt admission) =>
        admission.Charged[Persistent].Units(admission.Debts[Persistent]) - 1;

    // Each is told once in ten minutes, by whichever node sees it first.
    private async ValueTask<IReadOnlyList<Alarm>> NewsAsync(List<(string Subject, Alarm Alarm)> noticed, CancellationToken cancel)
    {
        if (noticed.Count == 0)
        {
            return [];
        }

        var told = noticed.ConvertAll(n => Seen("told", $"{n.Alarm.Kind}.{n.Subject}", Many));
        await store.AskAsync(told, cancel);
        return [.. noticed.Where((n, i) => !told[i].Known).Select(n => n.Alarm)];
    }

    private static Dictionary<string, object?> Facts(params ReadOnlySpan<(string Name, object? Value)> facts)
    {
        var all = new Dictionary<string, object?>();
        foreach (var (name, value) in facts)
        {
            all[name] = value;
        }

        return all;
    }
}
