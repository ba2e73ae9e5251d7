using System.Text.Json.Serialization;

namespace AICodeManager.Cli.Api;

/// <summary>A public key for the server, PEM.</summary>
internal sealed record AddKeyRequest(string PublicKey, string Name, string Algorithm, string Custody = KeyCustody.Native);

internal sealed record RotateKeyRequest(string PublicKey, string Algorithm);

/// <param name="Device">What this device is known as to the account.</param>
internal sealed record ReEnrolRequest(
    string Email, string Device, string Code, string PublicKey, string Name, string Algorithm, string Custody = KeyCustody.Native)
{
    public override string ToString() => $"re-enrolment of {Email}";
}

/// <summary>Where a private key lies, as far as this client has one.</summary>
internal static class KeyCustody
{
    /// <summary>In a file of the device.</summary>
    public const string Native = "native";
}

/// <summary>A key that the server has accepted.</summary>
internal sealed record CreatedKey(
    string KeyId, string? Name, string? Algorithm, string? Custody, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>A device.</summary>
/// <param name="Current">This very request was signed by it.</param>
/// <param name="Device">The program that registered it.</param>
/// <param name="UserId">Told to administrators only.</param>
internal sealed record KeyView(
    string KeyId, string? Name, string? Algorithm, string? Custody, string? State, bool Current, string? Thumbprint, string? Device,
    string? Address, DateTimeOffset? CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokeAt,
    string? RevokedReason, string? SuspendedReason, string? SuccessorId, string? UserId)
{
    [JsonIgnore]
    public bool MaySign => State is "active" or "due_soon" or "deprecated";

    [JsonIgnore]
    public bool IsSuspended => State is "suspended";

    public CreatedKey ToCreated() => new(KeyId, Name, Algorithm, Custody, CreatedAt, ExpiresAt);
}
