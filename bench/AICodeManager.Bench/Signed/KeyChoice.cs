using AICodeManager.Signatures.Keys;

namespace AICodeManager.Bench.Signed;

/// <summary>A kind of key that is measured.</summary>
/// <param name="Bits">Of an RSA key.</param>
/// <param name="HasGoal">Whether the whole verification is to reach 0.85 of the bare check.</param>
internal sealed record KeyChoice(string Name, SignatureAlgorithm Algorithm, int Bits = 2048, bool HasGoal = false)
{
    public static readonly KeyChoice Rsa = new("PS256, RSA-2048", SignatureAlgorithm.PS256, HasGoal: true);

    public static readonly KeyChoice Curve = new("ES256", SignatureAlgorithm.ES256, HasGoal: true);

    public static IReadOnlyList<KeyChoice> All { get; } =
    [
        Rsa,
        new("PS256, RSA-4096", SignatureAlgorithm.PS256, 4096),
        new("PS512, RSA-2048", SignatureAlgorithm.PS512, HasGoal: true),
        Curve,
        new("Ed25519", SignatureAlgorithm.Ed25519),
    ];

    public SigningKey Generate() => SigningKey.Generate(Algorithm, Bits);
}
