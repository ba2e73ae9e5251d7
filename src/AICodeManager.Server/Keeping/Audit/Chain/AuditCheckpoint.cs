namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Where a chain was, signed: kept apart from the chain, it shows whether the chain was made anew or made shorter. Anybody who
/// has the public key can check it.
/// </summary>
public sealed record AuditCheckpoint
{
    public string Id { get; init; } = "";
    public string ChainId { get; init; } = "";
    public long Sequence { get; init; }

    /// <summary>The chain's link at that place, base64url.</summary>
    public string Link { get; init; } = "";

    /// <summary>Milliseconds since 1970 UTC.</summary>
    public long At { get; init; }

    public string Node { get; init; } = "";

    /// <summary>The signing key: SHA-256 of its public key (SubjectPublicKeyInfo), base64url.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>ECDSA over P-256 with SHA-256 (FIPS 186-5), 64 bytes (IEEE P1363), base64url.</summary>
    public string Signature { get; init; } = "";

    internal Canonical Content() => new Canonical("aicli audit checkpoint v1")
        .Add(Id).Add(ChainId).Add(Sequence).Add(Link).Add(At).Add(Node).Add(KeyId);
}
