using System.Security.Cryptography;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>A stored signing key, ready for use.</summary>
/// <param name="Signer">Has the private half.</param>
/// <param name="Verifier">Has the public half only.</param>
internal sealed record RingKey(SigningKeyRow Row, PublicJwk Public, JwsKey Verifier, JwsKey Signer)
{
    public bool VerifiesAt(DateTimeOffset now) => Row.NotAfter is not { } end || now < end;

    public bool IsRetiredAt(DateTimeOffset now) => Row.RetiredAt is { } end && now >= end;

    /// <summary>
    /// Null where the row is not one that this server wrote. The seal proves that we made the private half for this id,
    /// and the id is the public half's thumbprint: whoever can write to the table alone can add no key of his own.
    /// </summary>
    public static RingKey? Of(SigningKeyRow row, SigningKeyStore store)
    {
        if (PublicJwk.Parse(row.PublicJwk) is not { } jwk
            || jwk.Kid != row.Id
            || jwk.Alg != row.Algorithm
            || jwk.Thumbprint() != row.Id
            || jwk.ToKey() is not { } verifier
            || store.OpenPrivateKey(row) is not { } text)
        {
            return null;
        }

        return new RingKey(row, jwk, verifier, SignerOf(row, Convert.FromBase64String(text)));
    }

    private static JwsKey SignerOf(SigningKeyRow row, byte[] pkcs8)
    {
        try
        {
            if (row.Algorithm == EcdsaKey.Name)
            {
                var ecdsa = ECDsa.Create();
                ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
                return new EcdsaKey(row.Id, ecdsa);
            }

            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
            return new RsaKey(row.Algorithm, row.Id, rsa);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
