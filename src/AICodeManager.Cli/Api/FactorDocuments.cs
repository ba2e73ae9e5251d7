namespace AICodeManager.Cli.Api;

/// <summary>Exactly one of the two.</summary>
internal sealed record ProofRequest(string? Password, string? Code)
{
    public override string ToString() => "proof";
}

internal sealed record CodeRequest(string Code)
{
    public override string ToString() => "code";
}

/// <param name="Secret">base32, for typing in.</param>
/// <param name="Uri"><c>otpauth://</c>, for a QR code.</param>
internal sealed record TotpSecret(string Secret, string Uri)
{
    public override string ToString() => "secret of an authenticator";
}

/// <summary>A class with no printed form: a record would print the codes.</summary>
internal sealed class RecoveryCodes
{
    [System.Text.Json.Serialization.JsonPropertyName("recovery_codes")]
    public IReadOnlyList<string> Codes { get; init; } = [];
}

/// <param name="Synced">Lies with a provider and on other devices too.</param>
internal sealed record Passkey(string Id, string? Name, bool? Synced, DateTimeOffset? CreatedAt, DateTimeOffset? LastUsedAt);
