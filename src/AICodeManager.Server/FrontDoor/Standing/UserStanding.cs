namespace AICodeManager.Server.FrontDoor.Standing;

/// <summary>What admission must know of a user with every request: who it is now, not when a token was made.</summary>
public sealed record UserStanding
{
    public Guid Id { get; init; }
    public string Email { get; init; } = "";
    public string Role { get; init; } = "";

    /// <summary>A session opened under an older epoch is over.</summary>
    public long Epoch { get; init; }

    /// <summary>Grows with each change; orders copies of this record.</summary>
    public long Version { get; init; }

    /// <summary>Whether a step-up can ask for a second factor.</summary>
    public bool SecondFactor { get; init; }

    public bool Disabled { get; init; }
}
