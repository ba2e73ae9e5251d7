using AICodeManager.Server.FrontDoor.Standing;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>How a confirmation of a TOTP secret can end.</summary>
public enum TotpOutcome
{
    /// <summary>No secret waits for its code: none was asked for, its time is over, or too many guesses were made.</summary>
    NotPending,

    WrongCode,

    Confirmed,
}

/// <summary>The end of a confirmation; standing and recovery codes only where it succeeded.</summary>
public sealed record TotpConfirmation(TotpOutcome Outcome, UserStanding? Standing = null, IReadOnlyList<string>? Codes = null);
