namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>A chain as it is registered. Nothing here is believed that its opening entry does not say, too.</summary>
internal sealed record ChainRow
{
    public const string InDatabase = "database", InFiles = "file";

    public string Id { get; init; } = "";
    public string Node { get; init; } = "";
    public string Store { get; init; } = "";

    /// <summary>Fingerprint of the root key.</summary>
    public string Root { get; init; } = "";

    public long? ClosedAt { get; init; }

    /// <summary>The later chain that names this one's last entry, so that no further one has to.</summary>
    public string? CoveredBy { get; init; }
}
