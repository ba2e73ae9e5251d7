using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>A device's public key as it is stored. What it is good for now, <see cref="KeyStates"/> tells.</summary>
public sealed record ClientKeyRow
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }

    /// <summary>SubjectPublicKeyInfo, base64.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>RFC 7638 with SHA-256, base64url; of all keys of all users.</summary>
    public string Thumbprint { get; init; } = "";

    public SignatureAlgorithm Algorithm { get; init; }
    public KeyCustody Custody { get; init; }
    public string Name { get; init; } = "";
    public string? UserAgent { get; init; }
    public string? CreatedAddress { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it becomes deprecated by age.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was rotated, or its rotation was forced.</summary>
    public DateTimeOffset? DeprecatedAt { get; init; }

    /// <summary>The end of that grace.</summary>
    public DateTimeOffset? RevokeAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevokedReason { get; init; }
    public DateTimeOffset? SuspendedAt { get; init; }
    public string? SuspendedReason { get; init; }

    /// <summary>The key that took its place.</summary>
    public Guid? SuccessorId { get; init; }

    /// <summary>The user's epoch when it was made.</summary>
    public long Epoch { get; init; }
}

/// <summary>A key as of a version of its user's standing: while that is the user's version, the key is what this says.</summary>
/// <param name="Version"><c>users.version</c>, read in the same statement.</param>
public sealed record ClientKeyReading(ClientKeyRow Key, long Version)
{
    internal string ToText() => JsonSerializer.Serialize(this, WireJson.Options);
}
