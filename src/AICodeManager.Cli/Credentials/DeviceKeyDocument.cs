using System.Security.Cryptography;
using AICodeManager.Cli.Api;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Credentials;

/// <summary>The key file's form. Only <see cref="DeviceKeyFile"/> handles it: it holds a private key.</summary>
internal sealed class DeviceKeyDocument
{
    /// <summary>The only address it signs for: a copy under another server's name signs nothing there.</summary>
    public string? Server { get; init; }

    /// <summary>Null for a pair that the server has not accepted yet.</summary>
    public string? KeyId { get; init; }

    public string? UserId { get; init; }

    /// <summary>As in <see cref="SignatureAlgorithm"/>: an RSA key alone does not say whether it is for PS256 or PS512.</summary>
    public string? Algorithm { get; init; }

    /// <summary>PKCS #8.</summary>
    public byte[]? PrivateKey { get; init; }

    public CreatedKey? Registered { get; init; }

    /// <summary>Null where it is none.</summary>
    public SigningKey? ToPair()
    {
        if (PrivateKey is null || !Enum.TryParse<SignatureAlgorithm>(Algorithm, out var algorithm) || algorithm.ToString() != Algorithm)
            return null;
        try
        {
            return SigningKey.FromPkcs8(PrivateKey, algorithm);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(PrivateKey);
        }
    }
}
