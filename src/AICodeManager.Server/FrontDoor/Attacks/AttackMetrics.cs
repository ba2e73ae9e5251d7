using System.Diagnostics.Metrics;
using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>What the detectors saw, without anything about whom they saw it from.</summary>
public sealed class AttackMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Meter = "AICodeManager.Attacks";

    private readonly Counter<long> attacks, code;

    public AttackMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        attacks = meter.CreateCounter<long>("aicli.attacks", "{request}", "Requests that looked like an attack, by class and outcome (blocked or detected).");
        code = meter.CreateCounter<long>("aicli.attacks.in_code", "{field}", "Signs in fields that carry code, which are never refused.");
    }

    public void Saw(AttackClass of, bool blocked) =>
        attacks.Add(1, new("class", AttackWords.Of(of)), new("outcome", blocked ? "blocked" : "detected"));

    public void SawInCode(int signs) => code.Add(signs);
}
