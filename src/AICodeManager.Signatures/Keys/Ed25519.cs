using System.Security.Cryptography;
using AICodeManager.Signatures.Keys.Kinds;

namespace AICodeManager.Signatures.Keys;

/// <summary>Whether this system can do Ed25519: the framework has none, so that the system's libcrypto 3 is used.</summary>
public static class Ed25519
{
    internal const string Missing = "Ed25519 needs OpenSSL 3 (libcrypto.so.3, libcrypto.3.dylib), which this system does not have: RSA and P-256 keys are accepted.";

    private static readonly Lazy<bool> Works = new(Try);

    /// <summary>True if libcrypto 3 is there and does the first case of RFC 8032 section 7.1 right (a system in FIPS mode may refuse).</summary>
    public static bool Available => Works.Value;

    private static bool Try()
    {
        try
        {
            if (!Libcrypto.TryLoad(out _))
            {
                return false;
            }

            var signature = Convert.FromHexString("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
            using var key = EvpKey.FromPublic(Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
            return key.Verify([], signature) && !key.Verify([1], signature);
        }
        catch (Exception e) when (e is CryptographicException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }
}
