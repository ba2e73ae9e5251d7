using System.Reflection;
using System.Runtime.InteropServices;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>
/// The few functions of the system's libcrypto 3 that Ed25519 needs (OpenSSL manual, EVP_PKEY_new and EVP_DigestSign).
/// The system keeps it patched; nothing is shipped. Every function that fails leaves notes in its thread's queue of errors,
/// where the framework's own calls would find them: callers clear it.
/// </summary>
internal static partial class Libcrypto
{
    /// <summary>EVP_PKEY_ED25519.</summary>
    public const int KeyType = 1087;

    private const string Name = "libcrypto";

    static Libcrypto() => NativeLibrary.SetDllImportResolver(typeof(Libcrypto).Assembly, Resolve);

    private static string[] Names =>
        OperatingSystem.IsWindows() ? ["libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-3.dll"]
        : OperatingSystem.IsMacOS() ? ["libcrypto.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib", "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib"]
        : ["libcrypto.so.3"];

    public static bool TryLoad(out nint library) => TryLoad(Names, out library);

    public static bool TryLoad(IEnumerable<string> names, out nint library)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out library))
            {
                return true;
            }
        }

        library = 0;
        return false;
    }

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    public static partial EvpKey NewPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    public static partial EvpKey NewPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    public static partial int GetPublicKey(EvpKey key, Span<byte> to, ref nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_get_raw_private_key")]
    public static partial int GetPrivateKey(EvpKey key, Span<byte> to, ref nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(Name, EntryPoint = "EVP_MD_CTX_new")]
    public static partial nint NewContext();

    [LibraryImport(Name, EntryPoint = "EVP_MD_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Name, EntryPoint = "EVP_DigestVerifyInit")]
    public static partial int BeginVerify(nint context, nint keyContext, nint digest, nint engine, EvpKey key);

    [LibraryImport(Name, EntryPoint = "EVP_DigestVerify")]
    public static partial int Verify(nint context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> data, nuint dataLength);

    [LibraryImport(Name, EntryPoint = "EVP_DigestSignInit")]
    public static partial int BeginSign(nint context, nint keyContext, nint digest, nint engine, EvpKey key);

    [LibraryImport(Name, EntryPoint = "EVP_DigestSign")]
    public static partial int Sign(nint context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> data, nuint dataLength);

    [LibraryImport(Name, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    // Never the unversioned name: it may be another major version, whose functions differ.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name != Name ? 0
        : TryLoad(out var library) ? library
        : throw new DllNotFoundException(Ed25519.Missing);
}
