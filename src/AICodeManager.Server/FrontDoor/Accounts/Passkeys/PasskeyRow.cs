using System.Buffers.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>A passkey as it is stored. What no later check needs (the attestation, which is never asked for) is not kept.</summary>
public sealed record PasskeyRow
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }

    /// <summary>base64url, as the browser writes it.</summary>
    public string CredentialId { get; init; } = "";

    /// <summary>COSE key (RFC 9052), base64url.</summary>
    public string PublicKey { get; init; } = "";

    public string Name { get; init; } = "";
    public long SignCount { get; init; }

    /// <summary>Separated by commas.</summary>
    public string Transports { get; init; } = "";

    public bool BackupEligible { get; init; }
    public bool BackedUp { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }

    public PasskeyView View() => new(Id, Name, BackedUp, CreatedAt, LastUsedAt);

    public static string KeyOf(byte[] credentialId) => Base64Url.EncodeToString(credentialId);

    /// <summary>As the framework's handler takes it.</summary>
    public UserPasskeyInfo ToInfo() => new(
        Base64Url.DecodeFromChars(CredentialId), Base64Url.DecodeFromChars(PublicKey), CreatedAt, (uint)SignCount,
        Transports.Split(',', StringSplitOptions.RemoveEmptyEntries), isUserVerified: true, BackupEligible, BackedUp,
        attestationObject: [], clientDataJson: [])
    {
        Name = Name,
    };
}

/// <summary>What its owner sees of a passkey.</summary>
/// <param name="Synced">Whether copies of it exist beyond one device.</param>
public sealed record PasskeyView(Guid Id, string Name, bool Synced, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    /// <summary>Only in the answer that adds an account's first factor, and only then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? RecoveryCodes { get; init; }
}
