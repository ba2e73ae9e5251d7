using System.Runtime.CompilerServices;
using AICodeManager.Bench.BruteForce;
using AICodeManager.Tests.Ground.Configuration;

namespace AICodeManager.Tests.FrontDoor.Attacks.BruteForce;

/// <summary>
/// Recorded guessing and honest people, against the classes that the server asks. The bounds are what a published
/// combination of such rules measured on the same scenarios.
/// </summary>
public sealed class SimulationTests
{
    // Kind; guesses looked at, and seconds to the first alert, at most (the fractions that its table does not show are ours).
    private static readonly (string Kind, double Reached, double? Alert)[] Attacks =
    [
        ("fast-single", 5, 0.5), ("slow-single", 47, 69), ("very-slow-single", 135, 5316), ("spray-one-ip", 24, 12), ("enumerate-users", 24, 12),
        ("distributed-one-user", 153, 144), ("distributed-stuffing", 1495, 75), ("ipv6-64-rotation", 14, 4), ("spoofed-xff", 9, 2),
        ("token-guess", 35, 1.5), ("totp-guess", 14, null), ("parallel-burst", 5, null), ("success-reset", 47, null), ("username-variants", 153, null),
    ];

    private static readonly (string Kind, int Refused)[] Honest =
    [
        ("lockout-dos-known-device", 0), ("lockout-dos-new-device", 0), ("forgetful-4", 0), ("forgetful-6-new-device", 0), ("office-nat", 0),
        ("classroom", 1), ("stale-ci-token", 0), ("mobile-roaming", 0), ("shared-admin", 0), ("expired-session-poll", 0), ("password-manager-stale", 0),
    ];

    [Fact]
    public async Task Guessing_is_cut_short_and_nobody_honest_is_refused()
    {
        var file = File_();
        Assert.SkipUnless(File.Exists(file), "brute-force.jsonl.gz is not here: put the scenarios into ../shared/attacks or name their folder in AICLI_ATTACKS");
        using var scene = new Scene();
        var settings = scene.Settings();
        List<SimulationResult> results = [];
        foreach (var scenario in Scenario.Read(file))
        {
            results.Add(await Simulation.PlayAsync(scenario, settings.Monitoring.AttackDetection.BruteForce, settings.Session));
        }

        var rows = SimulationRow.Of(results).ToDictionary(r => r.Kind);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("\n", rows.Values));
        foreach (var (kind, reached, alert) in Attacks)
        {
            var row = rows[kind];
            Assert.True(row.Reached <= reached, $"{row}: at most {reached}");
            Assert.True(alert is null || row.Alert <= alert, $"{row}: told after {alert} s at most");
        }

        foreach (var (kind, refused) in Honest)
        {
            Assert.True(rows[kind].Right > 0 && rows[kind].Refused <= refused, $"{rows[kind]}: at most {refused}");
        }

        Assert.Equal(rows.Keys.Order(), Attacks.Select(a => a.Kind).Concat(Honest.Select(h => h.Kind)).Order());
    }

    private static string File_([CallerFilePath] string here = "") => Path.Combine(
        Environment.GetEnvironmentVariable("AICLI_ATTACKS")
            ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../../../shared/attacks")),
        "brute-force.jsonl.gz");
}
