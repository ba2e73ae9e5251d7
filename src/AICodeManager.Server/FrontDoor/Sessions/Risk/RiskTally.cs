using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Sessions.Risk;

/// <summary>Adds up what was noticed about one request.</summary>
internal sealed class RiskTally
{
    private const int MaxScore = 100;

    private readonly List<RiskReason> reasons = [];
    private RiskAction forced;

    /// <summary>Notices something, unless it neither scores nor forces anything.</summary>
    public void Add(string code, int score, RiskAction forces = RiskAction.None)
    {
        if (score == 0 && forces == RiskAction.None)
            return;
        reasons.Add(new RiskReason(code, score));
        forced = Stronger(forced, forces);
    }

    public RiskOutcome Outcome(RiskSettings settings)
    {
        if (reasons.Count == 0)
            return RiskOutcome.None;
        var score = Math.Min(MaxScore, reasons.Sum(reason => reason.Score));
        var asked = score >= settings.EndFrom ? RiskAction.End
            : score >= settings.SecondFactorFrom ? RiskAction.SecondFactor
            : score >= settings.ConfirmFrom ? RiskAction.Confirm
            : RiskAction.None;
        return new RiskOutcome(score, reasons, Stronger(asked, forced));
    }

    private static RiskAction Stronger(RiskAction one, RiskAction other) => one > other ? one : other;
}
