using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Sessions.Risk;

/// <summary>
/// Judges a request of a session against what the session is known by (guide, "session security checker"). A pure
/// function: no clock, no store, no look-up. That the session still lives is for its store to say.
/// </summary>
/// <remarks>
/// Geography and networks score, they never end a session by themselves unless a policy says so: carriers and private
/// networks make both jump.
/// </remarks>
public static class RiskAssessment
{
    public static RiskOutcome Judge(in SessionContext known, in RequestContext now, SessionSecuritySettings settings)
    {
        var risk = settings.Risk;
        var nearness = Networks.Compare(known.Address, now.Address);
        var sameBrowser = !settings.DeviceTracking || string.Equals(known.UserAgent, now.UserAgent, StringComparison.Ordinal);

        // Tokens live for a week: past half of it a session would be suspect for days on end, and an idle script is no
        // sign of theft. Nobody sits before it to confirm anything either, so age and idleness are for browsers.
        var old = !known.IsApi && now.Now - known.CreatedAt > known.Lifetime / 2 ? risk.SessionOld : 0;
        var idle = !known.IsApi && now.Now - known.LastSeenAt > known.IdleLimit / 2 ? risk.SessionIdle : 0;

        // The way of nearly every request: nothing parsed, nothing allocated.
        if (nearness == Nearness.Same && sameBrowser && old == 0 && idle == 0)
            return RiskOutcome.None;

        var tally = new RiskTally();
        if (nearness == Nearness.SameNetwork)
            tally.Add(RiskReasons.AddressChanged, risk.AddressChanged);
        if (nearness == Nearness.Other)
            tally.Add(RiskReasons.NetworkChanged, risk.NetworkChanged,
                settings.Policies.RequireReauthenticationOnIpChange ? RiskAction.Reauthenticate : RiskAction.None);
        if (!sameBrowser)
            AddBrowser(tally, known, now, risk);
        if (nearness != Nearness.Same && settings.GeoLocationCheck)
            AddPlace(tally, known, now, settings);
        tally.Add(RiskReasons.SessionOld, old);
        tally.Add(RiskReasons.SessionIdle, idle);
        return tally.Outcome(risk);
    }

    private static void AddBrowser(RiskTally tally, in SessionContext known, in RequestContext now, RiskSettings risk)
    {
        var (before, after) = (UserAgent.Parse(known.UserAgent), UserAgent.Parse(now.UserAgent));
        // A header that appears or disappears is another program: browsers always send it, and always did. Two absent
        // ones, be it as null or as blanks, are the same.
        if (!before.IsSameFamily(after))
            tally.Add(RiskReasons.BrowserChanged, risk.BrowserChanged, RiskAction.End);
        else if (!before.IsAbsent)
            tally.Add(RiskReasons.BrowserUpdated, risk.BrowserUpdated);
    }

    private static void AddPlace(RiskTally tally, in SessionContext known, in RequestContext now, SessionSecuritySettings settings)
    {
        if (known.Place is not { } before || now.Place is not { } after)
            return;
        var distance = before.KilometresTo(after);
        if (distance > settings.Risk.VeryFarKm)
            tally.Add(RiskReasons.PlaceVeryFar, settings.Risk.PlaceVeryFar,
                settings.Policies.ForceLogoutOnLocationChange ? RiskAction.End : RiskAction.None);
        else if (distance > settings.Risk.FarKm)
            tally.Add(RiskReasons.PlaceFar, settings.Risk.PlaceFar);
    }
}
