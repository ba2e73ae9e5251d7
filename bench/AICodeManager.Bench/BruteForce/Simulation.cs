using System.Net;
using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Bench.BruteForce;

/// <summary>What became of a scenario.</summary>
/// <param name="Tried">Wrong guesses of attackers.</param>
/// <param name="Reached">Those that were looked at.</param>
/// <param name="FirstAlert">Seconds from the first attempt; null for never.</param>
/// <param name="Right">Right proofs of honest people, and of the attacked owner.</param>
/// <param name="Refused">Those that were refused.</param>
public sealed record SimulationResult(Scenario Scenario, int Tried, int Reached, double? FirstAlert, int Right, int Refused);

/// <summary>
/// Plays a scenario against the very classes that the server uses (the guard, the lock's rule, the table of blocks), on a
/// clock of its own and with memory in place of Redis and database. The order of the steps is that of the sign-in.
/// </summary>
public sealed class Simulation : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly SteppedClock clock = new(Start);
    private readonly GuessRules rules;
    private readonly GuessKeys keys;
    private readonly GuessGuard guard;
    private readonly BlockTable blocks;
    private readonly LockRule strangers, devices;
    private readonly Dictionary<string, LockState> locks = [];
    private readonly Dictionary<(string Account, ClientNetwork Network), DateTimeOffset> failedAt = [];
    private readonly Dictionary<ClientNetwork, DateTimeOffset> tokensRefused = [];
    private double? firstAlert;

    private Simulation(BruteForceSettings brute, SessionSettings session)
    {
        rules = GuessRules.From(brute);
        keys = new GuessKeys(session);
        guard = new GuessGuard(new LocalAttempts(clock), rules);
        blocks = new BlockTable(clock);
        var policies = session.Security.Policies;
        strangers = new(policies.MaxFailedAttempts, policies.LockoutDuration, rules.Each);
        devices = strangers with { Forgives = TimeSpan.Zero };
    }

    public static async Task<SimulationResult> PlayAsync(Scenario scenario, BruteForceSettings brute, SessionSettings session)
    {
        using var simulation = new Simulation(brute, session);
        var (tried, reached, right, refused) = (0, 0, 0, 0);
        for (var i = 0; i < scenario.Events.Count; i++)
        {
            var attempt = scenario.Events[i];
            simulation.clock.Now = Start + TimeSpan.FromSeconds(attempt.T);
            var seen = attempt.Step switch
            {
                "password" or "totp" => await simulation.SignInAsync(attempt),
                // The scenarios do not say which token it was: a script repeats its own, an attacker makes them up.
                "token" => await simulation.TokenAsync(attempt, attempt.Actor == "attacker" ? $"guess {i}" : "stale"),
                _ => true,
            };
            if (attempt.Actor == "attacker" && !attempt.Correct)
            {
                (tried, reached) = (tried + 1, reached + (seen ? 1 : 0));
            }
            else if (attempt.Actor is "user" or "owner" && attempt.Correct)
            {
                (right, refused) = (right + 1, refused + (seen ? 0 : 1));
            }
        }

        var alert = simulation.firstAlert - scenario.Events[0].T;
        return new(scenario, tried, reached, alert, right, refused);
    }

    public void Dispose() => guard.Dispose();

    /// <summary>Whether the proof was looked at.</summary>
    private async Task<bool> SignInAsync(ScenarioEvent sent)
    {
        var network = ClientNetwork.Of(IPAddress.Parse(sent.Ip));
        var account = keys.OfAccount(sent.User);
        var device = sent.Device.Length > 0 ? sent.Device : null;
        var counter = device is null ? account : $"{account} {device}";
        var rule = device is null ? strangers : devices;
        var fresh = device is null && !(failedAt.TryGetValue((account, network), out var at) && clock.Now < at + strangers.Duration);
        if (!fresh && rule.LockedFor(StateOf(counter), clock.Now) is not null)
        {
            return false;
        }

        if (device is null && blocks.Find(network, BlockScope.SignIn) is not null)
        {
            return false;
        }

        var attempt = new Attempt(network, account, device, sent.Password.Length > 0 ? keys.OfPassword(sent.Password) : null);
        await using var admission = await guard.AdmitAsync(attempt, CancellationToken.None);
        if (admission.IsRefused)
        {
            return false;
        }

        var code = sent.Step == "totp" ? await guard.AdmitCodeAsync(attempt, CancellationToken.None) : null;
        if (code is { IsRefused: true })
        {
            await guard.GiveBackAsync(admission, CancellationToken.None);
            return false;
        }

        if (!sent.Correct)
        {
            Fail(counter, rule, network, account, device);
            Take(network, await guard.FailAsync(admission, CancellationToken.None));
            return true;
        }

        if (device is not null || failedAt.Remove((account, network)))
        {
            Forget(counter, rule);
        }

        Take(network, await guard.PassAsync(admission, CancellationToken.None));
        return true;
    }

    private void Forget(string counter, LockRule rule)
    {
        if (rule.LockedFor(StateOf(counter), clock.Now) is null)
        {
            locks.Remove(counter);
        }
    }

    private void Fail(string counter, LockRule rule, ClientNetwork network, string account, string? device)
    {
        if (device is null)
        {
            failedAt[(account, network)] = clock.Now;
        }

        if (rule.LockedFor(StateOf(counter), clock.Now) is not null)
        {
            return;
        }

        var (state, locked) = rule.Fail(StateOf(counter), clock.Now);
        locks[counter] = state;
        if (locked)
        {
            Alert();
        }
    }

    private async Task<bool> TokenAsync(ScenarioEvent sent, string token)
    {
        var network = ClientNetwork.Of(IPAddress.Parse(sent.Ip));
        if (tokensRefused.TryGetValue(network, out var until) && clock.Now < until)
        {
            return false;
        }

        var (wait, alarms) = await guard.ChargeTokenAsync(new Attempt(network, null), keys.OfToken(token), CancellationToken.None);
        tokensRefused[network] = clock.Now + wait;
        Take(network, alarms);
        return true;
    }

    private void Take(ClientNetwork network, IReadOnlyList<Alarm> alarms)
    {
        foreach (var alarm in alarms)
        {
            Alert();
            if (alarm.BlockFor > TimeSpan.Zero)
            {
                blocks.TryAdd(new Block(Guid.NewGuid(), NetworkRange.Of(network), BlockScope.SignIn, clock.Now + alarm.BlockFor, clock.Now));
            }
        }
    }

    private void Alert() => firstAlert ??= (clock.Now - Start).TotalSeconds;

    private LockState? StateOf(string counter) => locks.TryGetValue(counter, out var state) ? state : null;

    private sealed class SteppedClock(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
