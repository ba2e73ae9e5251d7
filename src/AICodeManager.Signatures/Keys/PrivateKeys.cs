using System.Security.Cryptography;
using AICodeManager.Signatures.Keys.Formats;
using AICodeManager.Signatures.Keys.Kinds;

namespace AICodeManager.Signatures.Keys;

/// <summary>Reads private keys. What was decoded on the way is overwritten; no message quotes the key.</summary>
internal static class PrivateKeys
{
    private static readonly KeyRefusal NotOneBlock = new(KeyFault.Format, "The text is not exactly one block of PRIVATE KEY in base64: PKCS #8, not encrypted, is accepted (openssl pkcs8 -topk8 -nocrypt converts others).");

    public static SigningKey? ReadPem(string? text, SignatureAlgorithm? wanted, out KeyRefusal? refusal)
    {
        var trimmed = text.AsSpan().Trim(" \t\r\n");
        if (text?.Length > PublicKeys.MostCharacters)
        {
            refusal = new(KeyFault.TooLarge, $"The text is longer than {PublicKeys.MostCharacters} characters: a private key as PEM (BEGIN PRIVATE KEY) is accepted.");
            return null;
        }

        if (!PemText.Looks(trimmed))
        {
            refusal = new(KeyFault.NotAKey, "This is no PEM: a private key as PEM (BEGIN PRIVATE KEY) is accepted.");
            return null;
        }

        var whole = PemText.TryOpen(trimmed, out var label, out var base64);
        if (!whole || label is not "PRIVATE KEY")
        {
            refusal = label is "PUBLIC KEY" ? new(KeyFault.Public, "This is a public key: the private key as PEM (BEGIN PRIVATE KEY) is accepted.") : NotOneBlock;
            return null;
        }

        // Pinned, so that the collector leaves no copy behind.
        var der = GC.AllocateUninitializedArray<byte>(base64.Length, pinned: true);
        try
        {
            if (!Convert.TryFromBase64Chars(base64, der, out var written))
            {
                refusal = NotOneBlock;
                return null;
            }

            var key = Read(der.AsSpan(0, written), wanted, out refusal);
            if (key is not null && !IsPair(key))
            {
                key.Dispose();
                refusal = new(KeyFault.Mismatch, "The private key does not belong to the public key beside it: a pair as it was generated is accepted.");
                return null;
            }

            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    public static SigningKey? Read(ReadOnlySpan<byte> der, SignatureAlgorithm? wanted, out KeyRefusal? refusal)
    {
        refusal = Pkcs8.Read(der, out var kind, out var seed);
        if (refusal is not null || !kind.TryChoose(wanted, null, out var algorithm, out refusal))
        {
            return null;
        }

        try
        {
            return kind switch
            {
                KeyKind.Rsa => RsaSigningKey.Import(der, algorithm, out refusal),
                KeyKind.P256 => EcdsaSigningKey.Import(der),
                _ => Ed25519SigningKey.Import(seed, out refusal),
            };
        }
        catch (CryptographicException)
        {
            refusal = new(KeyFault.Format, "The private key is broken: PKCS #8 of RSA, P-256 or Ed25519, not encrypted, is accepted.");
            return null;
        }
    }

    private static bool IsPair(SigningKey key)
    {
        try
        {
            var signature = new byte[key.SignatureLength];
            key.Sign("pair"u8, signature);
            return key.Public.Verify("pair"u8, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
