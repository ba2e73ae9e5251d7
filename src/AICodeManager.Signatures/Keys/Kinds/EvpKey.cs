using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>
/// An Ed25519 key inside libcrypto, which counts its users atomically: any number of threads may share it, and it is freed
/// when the last call that uses it has returned. libcrypto overwrites a private key before it frees it.
/// </summary>
internal sealed class EvpKey() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    public const int SignatureLength = 64;

    public static EvpKey FromPublic(ReadOnlySpan<byte> key) =>
        Valid(Libcrypto.NewPublicKey(Libcrypto.KeyType, 0, key, (nuint)key.Length));

    public static EvpKey FromSeed(ReadOnlySpan<byte> seed) =>
        Valid(Libcrypto.NewPrivateKey(Libcrypto.KeyType, 0, seed, (nuint)seed.Length));

    public byte[] PublicKey()
    {
        var octets = new byte[Edwards25519.Size];
        var length = (nuint)octets.Length;
        Demand(Libcrypto.GetPublicKey(this, octets, ref length) == 1);
        return octets;
    }

    public void CopySeed(Span<byte> to)
    {
        var length = (nuint)to.Length;
        Demand(Libcrypto.GetPrivateKey(this, to, ref length) == 1);
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var context = Context();
        try
        {
            Demand(Libcrypto.BeginVerify(context, 0, 0, 0, this) == 1);
            var valid = Libcrypto.Verify(context, signature, (nuint)signature.Length, data, (nuint)data.Length) == 1;
            if (!valid)
            {
                Libcrypto.ClearErrors();
            }

            return valid;
        }
        finally
        {
            Libcrypto.FreeContext(context);
        }
    }

    public void Sign(ReadOnlySpan<byte> data, Span<byte> to)
    {
        var context = Context();
        try
        {
            var length = (nuint)to.Length;
            Demand(Libcrypto.BeginSign(context, 0, 0, 0, this) == 1);
            Demand(Libcrypto.Sign(context, to, ref length, data, (nuint)data.Length) == 1 && length == SignatureLength);
        }
        finally
        {
            Libcrypto.FreeContext(context);
        }
    }

    protected override bool ReleaseHandle()
    {
        Libcrypto.FreeKey(handle);
        return true;
    }

    private static EvpKey Valid(EvpKey key)
    {
        if (key.IsInvalid)
        {
            key.Dispose();
            Demand(false);
        }

        return key;
    }

    private static nint Context()
    {
        var context = Libcrypto.NewContext();
        Demand(context != 0);
        return context;
    }

    private static void Demand(bool done)
    {
        if (!done)
        {
            Libcrypto.ClearErrors();
            throw new CryptographicException("libcrypto refused an Ed25519 operation.");
        }
    }
}
