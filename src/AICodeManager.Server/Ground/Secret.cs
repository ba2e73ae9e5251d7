using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace AICodeManager.Server.Ground;

/// <summary>A value that must not reach a log, an error, an event or a sandbox: it prints as <c>***</c>.</summary>
/// <remarks>Only <see cref="Reveal"/> gives the text, so that every use of a secret can be found by its name.</remarks>
[JsonConverter(typeof(SecretJson))]
public sealed class Secret(string value) : IEquatable<Secret>
{
    private readonly string value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>Number of characters; safe to report.</summary>
    public int Length => value.Length;

    /// <summary>The secret itself.</summary>
    public string Reveal() => value;

    /// <summary>SHA-256 of the UTF-8 text: what a store keeps instead of the secret.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(value));

    /// <summary>Compares in constant time.</summary>
    public bool Equals(Secret? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Hash(), other.Hash());

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => 0;

    public override string ToString() => "***";
}
