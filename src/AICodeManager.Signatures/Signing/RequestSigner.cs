using System.Globalization;
using System.Text;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.StructuredFields;
using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Signatures.Signing;

/// <summary>The two fields of one signature; a further signature's members are appended to them with a comma.</summary>
public readonly record struct SignatureFields(string SignatureInput, string Signature);

/// <summary>Signs requests (RFC 9421 section 3.1). Safe for concurrent use.</summary>
/// <param name="keyId">How the verifier knows the key.</param>
public sealed class RequestSigner(SigningKey key, string keyId, SignerOptions? options = null)
{
    private const int MostBaseBytes = 64 << 10, MostComponents = 32;

    private readonly SignerOptions options = options is null ? new SignerOptions()
        : SfChars.IsKey(options.Label) ? options
        : throw new ArgumentException("A label is a small letter or an asterisk, then small letters, digits and _ - . * only.", nameof(options));

    public string KeyId { get; } = keyId;

    /// <summary>Signs a request as it will be sent: every covered field must be there already.</summary>
    /// <exception cref="ArgumentException">A covered component cannot be derived from the request.</exception>
    public SignatureFields Sign(IRequestMessage message)
    {
        var value = Value(message);
        if (SignatureInputReader.Read(value, 0, value.Length, MostComponents, out var fault) is not { } input)
        {
            throw new ArgumentException(fault, nameof(message));
        }

        ContentDigest? digest = null;
        foreach (ref readonly var component in input.Components.AsSpan())
        {
            if (ComponentValue.WhyNot(component, message, ref digest) is { } underivable)
            {
                throw new ArgumentException(underivable.Why, nameof(message));
            }
        }

        using var written = new SignatureBase(MostBaseBytes);
        if (!written.TryWrite(input, message))
        {
            throw new ArgumentException("What is covered is too long to be signed, or not in ASCII.", nameof(message));
        }

        Span<byte> signature = stackalloc byte[key.SignatureLength];
        var length = key.Sign(written.Bytes, signature);
        return new($"{options.Label}={value}", $"{options.Label}=:{Convert.ToBase64String(signature[..length])}:");
    }

    private string Value(IRequestMessage message)
    {
        var text = new StringBuilder(256).Append('(');
        var first = true;
        foreach (var component in options.Covering(message))
        {
            if (!first)
            {
                text.Append(' ');
            }

            first = false;
            Quote(text, component.Name);
            Parameter(text, "key", component.Key);
            Parameter(text, "name", component.QueryName);
            if (component.Bytes)
            {
                text.Append(";bs");
            }
        }

        var created = options.Time.GetUtcNow().ToUnixTimeSeconds();
        text.Append(CultureInfo.InvariantCulture, $");created={created}");
        if (options.Lifetime is { } lifetime)
        {
            text.Append(CultureInfo.InvariantCulture, $";expires={created + (long)lifetime.TotalSeconds}");
        }

        Parameter(text, "nonce", options.NewNonce?.Invoke());
        Parameter(text, "keyid", KeyId);
        Parameter(text, "alg", options.Alg);
        Parameter(text, "tag", options.Tag);
        return text.ToString();
    }

    private static void Parameter(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            Quote(text.Append(';').Append(name).Append('='), value);
        }
    }

    // RFC 9651 section 4.1.6; what is no ASCII is refused when the text is read back.
    private static void Quote(StringBuilder text, string value) =>
        text.Append('"').Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
}
