using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>
/// <c>session.security.risk</c>: what a change during a session scores, and from which sum something is asked. The
/// defaults are the guide's. A score of 0 switches a check off, not what follows from it by policy.
/// </summary>
public sealed record RiskSettings
{
    /// <summary>Another address of the same network (/24 of IPv4, /64 of IPv6).</summary>
    public required int AddressChanged { get; init; }

    /// <summary>An address of another network.</summary>
    public required int NetworkChanged { get; init; }

    /// <summary>The same browser in another version or on another system.</summary>
    public required int BrowserUpdated { get; init; }

    /// <summary>Another browser; the session ends besides.</summary>
    public required int BrowserChanged { get; init; }

    /// <summary>More than <see cref="FarKm"/> away.</summary>
    public required int PlaceFar { get; init; }

    /// <summary>More than <see cref="VeryFarKm"/> away.</summary>
    public required int PlaceVeryFar { get; init; }

    /// <summary>Past half the session's lifetime.</summary>
    public required int SessionOld { get; init; }

    /// <summary>Past half the idle time.</summary>
    public required int SessionIdle { get; init; }

    /// <summary>Kilometres.</summary>
    public required int FarKm { get; init; }

    /// <summary>Kilometres; more than <see cref="FarKm"/>.</summary>
    public required int VeryFarKm { get; init; }

    /// <summary>From this sum the user confirms that it is them.</summary>
    public required int ConfirmFrom { get; init; }

    /// <summary>From this sum a second factor is needed.</summary>
    public required int SecondFactorFrom { get; init; }

    /// <summary>From this sum the session ends.</summary>
    public required int EndFrom { get; init; }

    /// <summary>How long what a step-up proved holds.</summary>
    public required TimeSpan StepUpLifetime { get; init; }

    internal static RiskSettings Read(SectionReader section)
    {
        var score = Numbers.Whole(0, 100);
        var (scores, distances, thresholds) = (section.Section("scores"), section.Section("distances"), section.Section("thresholds"));
        var read = new RiskSettings
        {
            AddressChanged = scores.Value("address_changed", "10", score),
            NetworkChanged = scores.Value("network_changed", "30", score),
            BrowserUpdated = scores.Value("browser_updated", "15", score),
            BrowserChanged = scores.Value("browser_changed", "40", score),
            PlaceFar = scores.Value("place_far", "20", score),
            PlaceVeryFar = scores.Value("place_very_far", "50", score),
            SessionOld = scores.Value("session_old", "10", score),
            SessionIdle = scores.Value("session_idle", "5", score),
            FarKm = distances.Value("far", "100", Numbers.Whole(1, 20_000)),
            VeryFarKm = distances.Value("very_far", "1000", Numbers.Whole(1, 20_000)),
            ConfirmFrom = thresholds.Value("confirm", "30", Numbers.Whole(1, 100)),
            SecondFactorFrom = thresholds.Value("second_factor", "50", Numbers.Whole(1, 100)),
            EndFrom = thresholds.Value("end", "70", Numbers.Whole(1, 100)),
            StepUpLifetime = section.Value("step_up_lifetime", "30m", Durations.Between("1m", "24h")),
        };
        if (read.VeryFarKm <= read.FarKm)
            distances.Fault("very_far", "is not more than far", "more kilometres than far");
        if (read.SecondFactorFrom <= read.ConfirmFrom)
            thresholds.Fault("second_factor", "is not above confirm", "thresholds that rise: confirm, second_factor, end");
        if (read.EndFrom <= read.SecondFactorFrom)
            thresholds.Fault("end", "is not above second_factor", "thresholds that rise: confirm, second_factor, end");
        return read;
    }
}
