using System.Text.Json.Serialization;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Devices;

/// <summary>The answer of whatever adds a key (spec E).</summary>
public sealed record CreatedKeyView(
    Guid KeyId, string Name, string Algorithm, KeyCustody Custody, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public static CreatedKeyView Of(ClientKeyRow key) =>
        new(key.Id, key.Name, key.Algorithm.ToString(), key.Custody, key.CreatedAt, key.ExpiresAt);
}

/// <summary>A device as its owner, or an administrator, sees it.</summary>
/// <param name="Current">Whether this very key signed the request.</param>
/// <param name="Device">The program that registered it.</param>
public sealed record KeyView(
    Guid KeyId, string Name, string Algorithm, KeyCustody Custody, KeyState State, bool Current, string Thumbprint, string Device,
    string? UserAgent, string? Address, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? DeprecatedAt, DateTimeOffset? RevokeAt, DateTimeOffset? RevokedAt, string? RevokedReason,
    DateTimeOffset? SuspendedAt, string? SuspendedReason, Guid? SuccessorId)
{
    /// <summary>Whose it is; told to administrators only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? UserId { get; init; }
}

/// <summary>Makes views of rows, as of now.</summary>
public sealed class KeyViews(Settings settings, TimeProvider time)
{
    /// <param name="userEpoch">The user's epoch now.</param>
    /// <param name="current">The key that signed the request; null where none did.</param>
    public KeyView Of(ClientKeyRow key, long userEpoch, Guid? current) => new(
        key.Id, key.Name, key.Algorithm.ToString(), key.Custody, key.StateAt(time.GetUtcNow(), userEpoch, settings.ClientKeys),
        key.Id == current, key.Thumbprint, Sessions.Risk.UserAgent.Parse(key.UserAgent).ToString(), key.UserAgent, key.CreatedAddress,
        key.CreatedAt, key.LastUsedAt, key.ExpiresAt, key.DeprecatedAt, key.RevokeAt, key.RevokedAt,
        key.RevokedReason, key.SuspendedAt, key.SuspendedReason, key.SuccessorId);
}
