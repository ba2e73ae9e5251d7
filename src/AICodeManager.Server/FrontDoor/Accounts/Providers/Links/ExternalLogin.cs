namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Links;

/// <summary>A provider's account that belongs to one of ours.</summary>
public sealed record ExternalLogin
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }
    public string Provider { get; init; } = "";
    public string Issuer { get; init; } = "";
    public string Subject { get; init; } = "";

    /// <summary>The verified address at the last use; what the person reads, never what an account is found by.</summary>
    public string? Email { get; init; }

    /// <summary>Sealed; see <see cref="LinkStore"/>.</summary>
    public string Tokens { get; init; } = "";

    /// <summary>Another with each new <see cref="Tokens"/>.</summary>
    public long SealedVersion { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastUsedAt { get; init; }
}

/// <summary>How an attempt to link ended.</summary>
public enum LinkResult
{
    Linked,

    /// <summary>The very same link was there already.</summary>
    Renewed,

    /// <summary>The provider's account belongs to somebody else here, or this account has another one of that provider.</summary>
    Taken,
}

/// <summary>How an attempt to remove a link ended.</summary>
public enum UnlinkResult
{
    Removed,
    Absent,

    /// <summary>There is neither a password nor another link.</summary>
    LastWayIn,
}
