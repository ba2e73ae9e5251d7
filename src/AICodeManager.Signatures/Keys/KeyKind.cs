using AICodeManager.Signatures.Keys.Formats;

namespace AICodeManager.Signatures.Keys;

internal enum KeyKind
{
    Rsa,
    P256,
    Ed25519,
}

internal static class KeyKinds
{
    /// <summary>The algorithm a key of this kind is used with: the one asked for, else the one it names, else the kind's own.</summary>
    public static bool TryChoose(this KeyKind kind, SignatureAlgorithm? wanted, string? named, out SignatureAlgorithm algorithm, out KeyRefusal? refusal)
    {
        var own = named is null ? null : JoseNames.Read(named);
        algorithm = wanted ?? own ?? kind switch
        {
            KeyKind.Rsa => SignatureAlgorithm.PS256,
            KeyKind.P256 => SignatureAlgorithm.ES256,
            _ => SignatureAlgorithm.Ed25519,
        };
        refusal = (named is not null && own != algorithm) || !kind.Signs(algorithm)
            ? new(KeyFault.Algorithm, $"The key's algorithm does not fit: {kind.Accepts()}{(wanted is { } w ? $", and {w} is wanted" : "")}.")
            : null;
        return refusal is null;
    }

    public static bool Signs(this KeyKind kind, SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.PS256 or SignatureAlgorithm.PS512 => kind == KeyKind.Rsa,
        SignatureAlgorithm.ES256 => kind == KeyKind.P256,
        SignatureAlgorithm.Ed25519 => kind == KeyKind.Ed25519,
        _ => false,
    };

    private static string Accepts(this KeyKind kind) => kind switch
    {
        KeyKind.Rsa => "an RSA key is for PS256 or PS512",
        KeyKind.P256 => "a P-256 key is for ES256",
        _ => "an Ed25519 key is for Ed25519 (alg EdDSA)",
    };
}
