using System.Security.Cryptography;
using AICodeManager.Signatures.Keys.Kinds;

namespace AICodeManager.Signatures.Keys;

/// <summary>A public key as it was read: modulus and exponent without leading zeros, or x and y, or the octets of Ed25519.</summary>
/// <param name="Named">The algorithm that a JWK names.</param>
internal sealed record PublicMaterial(KeyKind Kind, byte[] First, byte[] Second, string? Named = null)
{
    public VerifyingKey? Import(SignatureAlgorithm? wanted, bool ed25519, out KeyRefusal? refusal)
    {
        if (!Kind.TryChoose(wanted, Named, out var algorithm, out refusal))
        {
            return null;
        }

        refusal = Kind switch
        {
            KeyKind.Rsa => RsaRules.Refuse(First, Second),
            KeyKind.P256 => P256.Refuse(First, Second),
            _ => Edwards25519.Refuse(First) ?? (ed25519 ? null : new(KeyFault.Unavailable, Ed25519.Missing)),
        };
        if (refusal is not null)
        {
            return null;
        }

        try
        {
            return Kind switch
            {
                KeyKind.Rsa => RsaVerifyingKey.Import(First, Second, algorithm),
                KeyKind.P256 => EcdsaVerifyingKey.Import(First, Second),
                _ => Ed25519VerifyingKey.Import(First),
            };
        }
        catch (CryptographicException)
        {
            // Nothing that passed the rules is known to be refused; a system in FIPS mode may have rules of its own.
            refusal = new(KeyFault.Kind, "This system's cryptographic library refuses the key: RSA (2048 to 4096 bits), P-256 and Ed25519 are accepted.");
            return null;
        }
    }
}
