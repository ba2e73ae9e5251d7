namespace AICodeManager.Server.FrontDoor.Sessions.Risk;

/// <summary>What must follow, from weak to strong: of several the strongest counts.</summary>
public enum RiskAction
{
    None,

    /// <summary>A password, or a signature by a known key.</summary>
    Confirm,

    /// <summary>The password.</summary>
    Reauthenticate,

    SecondFactor,

    /// <summary>The session ends; nothing can be proved any more.</summary>
    End,
}

/// <summary>One thing that was noticed.</summary>
/// <param name="Code">One of <see cref="RiskReasons"/>.</param>
/// <param name="Score">What it counted; 0 where only a policy gave it weight.</param>
public sealed record RiskReason(string Code, int Score);

/// <summary>The judgement of one request of a session.</summary>
/// <param name="Score">Sum of the reasons' scores, at most 100.</param>
/// <param name="Reasons">In a fixed order; empty where nothing was noticed.</param>
public sealed record RiskOutcome(int Score, IReadOnlyList<RiskReason> Reasons, RiskAction Action)
{
    public static RiskOutcome None { get; } = new(0, [], RiskAction.None);
}

/// <summary>The stable codes of what can be noticed.</summary>
public static class RiskReasons
{
    public const string AddressChanged = "address_changed";
    public const string NetworkChanged = "network_changed";

    /// <summary>The same browser in another version, or with another system or device named beside it.</summary>
    public const string BrowserUpdated = "browser_updated";

    public const string BrowserChanged = "browser_changed";
    public const string PlaceFar = "place_far";
    public const string PlaceVeryFar = "place_very_far";
    public const string SessionOld = "session_old";
    public const string SessionIdle = "session_idle";
}
