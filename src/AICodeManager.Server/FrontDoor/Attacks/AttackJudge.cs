using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>The one place that says what follows from what the detectors saw: mode and threshold of each class.</summary>
public sealed class AttackJudge(Settings settings, AttackSightings sightings, AttackMetrics metrics)
{
    private static readonly AttackClass[] Classes = Enum.GetValues<AttackClass>();

    private readonly AttackClassSettings[] classes = [.. Classes.Select(of => SettingsOf(settings.Monitoring.AttackDetection, of))];

    /// <summary>Whether any class is looked for at all.</summary>
    public bool Looks { get; } = Classes.Any(of => SettingsOf(settings.Monitoring.AttackDetection, of).Mode != DetectionMode.Off);

    /// <summary>The refusal of a request that is an attack and is to be blocked; null lets it go on.</summary>
    public Refusal? Judge(HttpContext context, Findings found)
    {
        if (found.InCode > 0)
            metrics.SawInCode(found.InCode);
        Refusal? refusal = null;
        foreach (var of in Classes)
        {
            var rule = classes[(int)of];
            if (rule.Mode == DetectionMode.Off || found.ScoreOf(of) < rule.Threshold)
                continue;
            var blocks = rule.Mode == DetectionMode.Block;
            metrics.Saw(of, blocks);
            var sign = found.StrongestOf(of);
            var first = sightings.IsFirst(context, sign.Finding.Rule);
            if (blocks)
                refusal ??= Refuse(of, found.ScoreOf(of), sign) with { Unrecorded = !first };
            else if (first)
                sightings.Note(context, Event(of, found.ScoreOf(of), sign));
        }

        if (refusal is not null)
            sightings.Charge(context);
        return refusal;
    }

    // Which rule it was is for the audit: told to an attacker, it would be the way around it.
    private static Refusal Refuse(AttackClass of, int score, Findings.Sign sign) =>
        new(403, "attack_detected", "The request looks like an attack and was not served.")
        {
            Detail = "If it was none, give the administrator the request id.",
            Event = "attack_detected",
            PrivateDetails = Details(of, score, sign),
        };

    private static AuditEvent Event(AttackClass of, int score, Findings.Sign sign) => new("attack_detected")
    {
        Outcome = AuditOutcome.Success,
        Reason = "detect_mode",
        Details = Details(of, score, sign),
    };

    private static Dictionary<string, object?> Details(AttackClass of, int score, Findings.Sign sign) => new()
    {
        ["class"] = AttackWords.Of(of),
        ["rule"] = sign.Finding.Rule,
        ["score"] = score,
        ["place"] = sign.Place,
        ["sample"] = sign.Sample,
    };

    private static AttackClassSettings SettingsOf(AttackDetectionSettings settings, AttackClass of) => of switch
    {
        AttackClass.SqlInjection => settings.SqlInjection,
        AttackClass.CrossSiteScripting => settings.XssDetection,
        AttackClass.CommandInjection => settings.CommandInjection,
        AttackClass.PathTraversal => settings.PathTraversal,
        _ => settings.Protocol,
    };
}
