using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AICodeManager.Tests.FrontDoor.Accounts.Passkeys;

/// <summary>What a dishonest browser or authenticator does otherwise than it should.</summary>
internal sealed record Forgery
{
    public static readonly Forgery None = new();

    public string? Origin { get; init; }
    public string? RpId { get; init; }
    public string? Challenge { get; init; }
    public string? Type { get; init; }
    public string? UserHandle { get; init; }
    public string? CredentialId { get; init; }
    public string? TopOrigin { get; init; }
    public bool CrossOrigin { get; init; }
    public bool Unverified { get; init; }
    public bool Absent { get; init; }
    public bool SpoilSignature { get; init; }
    public bool OtherKey { get; init; }
    public uint? SignCount { get; init; }
}

/// <summary>
/// A browser with an authenticator in it, in software: one discoverable ES256 credential, user verified, attestation
/// <c>none</c> (WebAuthn level 3 sections 6.1, 6.5 and 8.7).
/// </summary>
internal sealed class SoftAuthenticator(string origin) : IDisposable
{
    private const byte UserPresent = 0x01, UserVerified = 0x04, Attested = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private string userHandle = "";

    public uint SignCount { get; set; }

    public string CredentialId => Base64Url.EncodeToString(id);

    /// <summary>Answers creation options, as <c>navigator.credentials.create()</c> does.</summary>
    public object Create(JsonElement options, Forgery? forgery = null)
    {
        var lie = forgery ?? Forgery.None;
        userHandle = options.GetProperty("user").GetProperty("id").GetString()!;
        var clientData = ClientData(options, lie.Type ?? "webauthn.create", lie);
        var authenticatorData = AuthenticatorData(lie.RpId ?? options.GetProperty("rp").GetProperty("id").GetString()!, lie, AttestedCredential());
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": bytes}
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0,
            0x68, .. "authData"u8, 0x59, (byte)(authenticatorData.Length >> 8), (byte)authenticatorData.Length, .. authenticatorData,
        ];
        return Credential(lie, new
        {
            clientDataJSON = Base64Url.EncodeToString(clientData),
            attestationObject = Base64Url.EncodeToString(attestation),
            transports = new[] { "internal" },
        });
    }

    /// <summary>Answers request options, as <c>navigator.credentials.get()</c> does.</summary>
    public object Get(JsonElement options, Forgery? forgery = null)
    {
        var lie = forgery ?? Forgery.None;
        SignCount++;
        var clientData = ClientData(options, lie.Type ?? "webauthn.get", lie);
        var authenticatorData = AuthenticatorData(lie.RpId ?? options.GetProperty("rpId").GetString()!, lie, []);
        byte[] signed = [.. authenticatorData, .. SHA256.HashData(clientData)];
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signature = (lie.OtherKey ? other : key).SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (lie.SpoilSignature)
        {
            signature[^1] ^= 1;
        }

        return Credential(lie, new
        {
            clientDataJSON = Base64Url.EncodeToString(clientData),
            authenticatorData = Base64Url.EncodeToString(authenticatorData),
            signature = Base64Url.EncodeToString(signature),
            userHandle = lie.UserHandle ?? userHandle,
        });
    }

    public void Dispose() => key.Dispose();

    private object Credential(Forgery lie, object response) => new
    {
        id = lie.CredentialId ?? CredentialId,
        rawId = lie.CredentialId ?? CredentialId,
        type = "public-key",
        clientExtensionResults = new { },
        response,
    };

    private byte[] ClientData(JsonElement options, string type, Forgery lie)
    {
        var data = new Dictionary<string, object>
        {
            ["type"] = type,
            ["challenge"] = lie.Challenge ?? options.GetProperty("challenge").GetString()!,
            ["origin"] = lie.Origin ?? origin,
            ["crossOrigin"] = lie.CrossOrigin,
        };
        if (lie.TopOrigin is not null)
        {
            data["topOrigin"] = lie.TopOrigin;
        }

        return JsonSerializer.SerializeToUtf8Bytes(data);
    }

    private byte[] AuthenticatorData(string rpId, Forgery lie, byte[] attested)
    {
        var flags = (lie.Absent ? 0 : UserPresent) | (lie.Unverified ? 0 : UserVerified) | (attested.Length > 0 ? Attested : 0);
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, lie.SignCount ?? SignCount);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(rpId)), (byte)flags, .. count, .. attested];
    }

    // No AAGUID, the credential's id with its length, the COSE key {1: EC2, 3: ES256, -1: P-256, -2: x, -3: y}.
    private byte[] AttestedCredential()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return
        [
            .. new byte[16], 0, (byte)id.Length, .. id,
            0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!,
        ];
    }
}
