using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using AICodeManager.Signatures.Keys.Kinds;

namespace AICodeManager.Signatures.Keys;

/// <summary>
/// A private key, imported once and then used by any number of threads. Neither its texts nor its numbers are in any
/// exception. Disposing it lets the cryptographic library overwrite what it holds.
/// </summary>
public abstract class SigningKey : IDisposable
{
    private readonly Lazy<VerifyingKey> verifying;

    private protected SigningKey(SignatureAlgorithm algorithm, int signatureLength, Func<VerifyingKey> makePublic)
    {
        Algorithm = algorithm;
        SignatureLength = signatureLength;
        verifying = new(makePublic);
    }

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>Octets of every signature of this key.</summary>
    public int SignatureLength { get; }

    /// <summary>The public half, which stays usable after this key is disposed if it was asked for before.</summary>
    public VerifyingKey Public => verifying.Value;

    /// <summary>A new pair. RSA: 2048 to 4096 bits, a multiple of 8; 4096 take seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">another size of RSA key, or an algorithm that is not known</exception>
    /// <exception cref="PlatformNotSupportedException">Ed25519 without libcrypto 3</exception>
    public static SigningKey Generate(SignatureAlgorithm algorithm = SignatureAlgorithm.ES256, int rsaBits = 2048) => algorithm switch
    {
        SignatureAlgorithm.PS256 or SignatureAlgorithm.PS512 => RsaSigningKey.Make(algorithm, rsaBits),
        SignatureAlgorithm.ES256 => new EcdsaSigningKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        SignatureAlgorithm.Ed25519 => Ed25519SigningKey.Make(),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "PS256, PS512, ES256 and Ed25519 are known."),
    };

    /// <summary>Reads what <see cref="ToPkcs8"/> wrote. Whether the halves belong together is not tried: that would cost a signature.</summary>
    /// <exception cref="CryptographicException">not a key of this algorithm that is accepted here; the message says what is</exception>
    /// <exception cref="PlatformNotSupportedException">Ed25519 without libcrypto 3</exception>
    public static SigningKey FromPkcs8(ReadOnlySpan<byte> der, SignatureAlgorithm algorithm)
    {
        var key = PrivateKeys.Read(der, algorithm, out var refusal);
        return refusal switch
        {
            null => key!,
            { Fault: KeyFault.Unavailable } => throw new PlatformNotSupportedException(refusal.Why),
            _ => throw new CryptographicException(refusal.Why),
        };
    }

    /// <summary>Reads one block of PEM (BEGIN PRIVATE KEY, not encrypted), at most 8 KiB of text, and tries that the pair belongs together. Never throws.</summary>
    /// <param name="wanted">The algorithm to use the key with. Null: PS256, ES256 or Ed25519 by its kind.</param>
    public static bool TryReadPem(string? text, SignatureAlgorithm? wanted, [NotNullWhen(true)] out SigningKey? key, out KeyFault fault, out string why)
    {
        key = PrivateKeys.ReadPem(text, wanted, out var refusal);
        fault = refusal?.Fault ?? KeyFault.None;
        why = refusal?.Why ?? "";
        return key is not null;
    }

    /// <summary>Signs into <paramref name="to"/> and returns <see cref="SignatureLength"/>, the octets that were written.</summary>
    /// <exception cref="ArgumentException">too little room</exception>
    public int Sign(ReadOnlySpan<byte> data, Span<byte> to)
    {
        if (to.Length < SignatureLength)
        {
            throw new ArgumentException($"A signature of this key has {SignatureLength} octets.", nameof(to));
        }

        Make(data, to[..SignatureLength]);
        return SignatureLength;
    }

    /// <summary>The private key as PKCS #8, not encrypted: overwrite it after use (<see cref="CryptographicOperations.ZeroMemory"/>).</summary>
    public abstract byte[] ToPkcs8();

    /// <summary>The private key as PEM, not encrypted, ending in a newline. A string cannot be overwritten: prefer <see cref="ToPkcs8"/>.</summary>
    public string ToPem()
    {
        var der = ToPkcs8();
        try
        {
            return PemEncoding.WriteString("PRIVATE KEY", der) + "\n";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <param name="to">exactly as long as a signature</param>
    private protected abstract void Make(ReadOnlySpan<byte> data, Span<byte> to);

    private protected abstract void Dispose(bool disposing);

    private protected static void Demand(bool signed, int written, int length)
    {
        if (!signed || written != length)
        {
            throw new CryptographicException("The cryptographic library did not sign.");
        }
    }
}
