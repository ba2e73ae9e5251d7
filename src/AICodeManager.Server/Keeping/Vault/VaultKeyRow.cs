namespace AICodeManager.Server.Keeping.Vault;

/// <summary>A row of <c>vault_keys</c>.</summary>
public sealed record VaultKeyRow
{
    /// <summary>From 1 without gaps; 0 marks that fields of the first form are left.</summary>
    public long Number { get; init; }

    public string Wrapped { get; init; } = "";

    /// <summary>Fingerprint of the configured key that opens it (<see cref="RootKeys.Fingerprint"/>).</summary>
    public string Root { get; init; } = "";

    public long Sealings { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When nothing of the database lay under it any more; null while something may.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    public bool IsKey => Number != SealedText.FirstForm;
}
