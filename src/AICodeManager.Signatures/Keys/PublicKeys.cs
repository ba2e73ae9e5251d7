using System.Diagnostics.CodeAnalysis;
using AICodeManager.Signatures.Keys.Formats;

namespace AICodeManager.Signatures.Keys;

/// <summary>
/// Reads public keys: PEM (SubjectPublicKeyInfo) or one JWK, of RSA with 2048 to 4096 bits and exponent 65537, P-256 or
/// Ed25519. Work is bounded by <see cref="MostCharacters"/>; nothing throws, whatever the text is.
/// </summary>
public static class PublicKeys
{
    /// <summary>The longest text that is looked at. A key of 4096 bits has 800 characters.</summary>
    public const int MostCharacters = 8 * 1024;

    private const string Accepted = "a public key as PEM (BEGIN PUBLIC KEY) or JWK is accepted";

    /// <param name="wanted">The algorithm to use the key with. Null: the one its JWK names, else PS256, ES256 or Ed25519 by its kind.</param>
    /// <param name="why">One line for whoever sent the key; empty if it is accepted. Never holds any of the text.</param>
    public static bool TryRead(string? text, SignatureAlgorithm? wanted, [NotNullWhen(true)] out VerifyingKey? key, out KeyFault fault, out string why)
    {
        var material = Read(text, out var refusal);
        return Answer(material, refusal, wanted, out key, out fault, out why);
    }

    /// <summary>Reads SubjectPublicKeyInfo in DER, as <see cref="VerifyingKey.ToSpki"/> writes it.</summary>
    public static bool TryReadSpki(ReadOnlySpan<byte> der, SignatureAlgorithm? wanted, [NotNullWhen(true)] out VerifyingKey? key, out KeyFault fault, out string why)
    {
        KeyRefusal? refusal;
        var material = der.Length > MostCharacters ? Refuse(KeyFault.TooLarge, out refusal) : Spki.Read(der, out refusal);
        return Answer(material, refusal, wanted, out key, out fault, out why);
    }

    private static bool Answer(PublicMaterial? material, KeyRefusal? refusal, SignatureAlgorithm? wanted, out VerifyingKey? key, out KeyFault fault, out string why)
    {
        key = refusal is null ? material!.Import(wanted, Ed25519.Available, out refusal) : null;
        fault = refusal?.Fault ?? KeyFault.None;
        why = refusal?.Why ?? "";
        return key is not null;
    }

    private static PublicMaterial? Read(string? text, out KeyRefusal? refusal)
    {
        if (text?.Length > MostCharacters)
        {
            return Refuse(KeyFault.TooLarge, out refusal);
        }

        var trimmed = text.AsSpan().Trim(" \t\r\n");
        if (trimmed.StartsWith('{') || trimmed.StartsWith('['))
        {
            return Jwk.Read(trimmed.ToString(), out refusal);
        }

        return PemText.Looks(trimmed) ? ReadPem(trimmed, out refusal) : Refuse(KeyFault.NotAKey, out refusal);
    }

    private static PublicMaterial? ReadPem(ReadOnlySpan<char> text, out KeyRefusal? refusal)
    {
        if (text.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            return Refuse(KeyFault.Private, out refusal);
        }

        var whole = PemText.TryOpen(text, out var label, out var base64);
        if (!whole || label is not "PUBLIC KEY")
        {
            return Refuse(KeyFault.Format, out refusal);
        }

        var der = new byte[base64.Length];
        return Convert.TryFromBase64Chars(base64, der, out var written)
            ? Spki.Read(der.AsSpan(0, written), out refusal)
            : Refuse(KeyFault.Format, out refusal);
    }

    private static PublicMaterial? Refuse(KeyFault fault, out KeyRefusal? refusal)
    {
        refusal = new(fault, fault switch
        {
            KeyFault.TooLarge => $"The text is longer than {MostCharacters} characters: {Accepted}.",
            KeyFault.Private => "This is a private key: never send it, make a new pair and send the public key.",
            KeyFault.Format => "The PEM is not exactly one block of PUBLIC KEY in base64: SubjectPublicKeyInfo, one key and nothing else, is accepted.",
            _ => $"This is no key: {Accepted}.",
        });
        return null;
    }
}
