using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>Why a compact JWS does not open.</summary>
internal enum JwsFault
{
    None,
    TooLong,
    Malformed,

    /// <summary>The header has a member other than <c>alg</c>, <c>typ</c>, <c>kid</c>.</summary>
    HeaderRefused,

    UnknownKey,

    /// <summary>The header names another algorithm than the key's own.</summary>
    WrongAlgorithm,

    BadSignature,
}

/// <summary>A JWS whose signature holds. The spans are parts of the buffer it was opened into.</summary>
internal ref struct OpenedJws
{
    /// <summary><c>typ</c> of the header; empty where there is none.</summary>
    public ReadOnlySpan<byte> Type;

    public ReadOnlySpan<byte> Payload;
}

/// <summary>
/// The compact serialization of RFC 7515 section 7.1, opened strictly: size first, then form, then key and algorithm,
/// then the signature, and only then is the payload looked at.
/// </summary>
internal static class CompactJws
{
    /// <summary>Characters of the longest token.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary><c>typ</c> of access tokens (RFC 9068 section 2.1), so that no other signed thing passes for one.</summary>
    public const string AccessTokenType = "at+jwt";

    private const int MaxSignatureBytes = RsaKey.MaxBits / 8;

    /// <param name="token">The characters, ASCII.</param>
    /// <param name="buffer">At least as long as the token.</param>
    [SkipLocalsInit]
    public static JwsFault Open(ReadOnlySpan<byte> token, JwsKeySet keys, Span<byte> buffer, out OpenedJws opened)
    {
        opened = default;
        if (token.Length > MaxLength)
        {
            return JwsFault.TooLong;
        }

        var headerEnd = token.IndexOf((byte)'.');
        var payloadEnd = headerEnd + 1 + token[(headerEnd + 1)..].IndexOf((byte)'.');
        if (headerEnd <= 0 || payloadEnd == headerEnd || token[(payloadEnd + 1)..].Contains((byte)'.'))
        {
            return JwsFault.Malformed;
        }

        var headerText = token[..headerEnd];
        var payloadText = token[(headerEnd + 1)..payloadEnd];
        var signatureText = token[(payloadEnd + 1)..];
        if (keys.FindByHeader(headerText) is { } key)
        {
            opened.Type = "at+jwt"u8;
        }
        else
        {
            if (!StrictBase64Url.TryDecode(headerText, buffer, out var headerLength))
            {
                return JwsFault.Malformed;
            }

            if (JwsHeader.Read(buffer[..headerLength], out var header) is not JwsFault.None and var fault)
            {
                return fault;
            }

            if (keys.Find(header.KeyId) is not { } named)
            {
                return JwsFault.UnknownKey;
            }

            if (!header.Algorithm.SequenceEqual(named.AlgorithmName))
            {
                return JwsFault.WrongAlgorithm;
            }

            key = named;
            opened.Type = header.Type;
            buffer = buffer[headerLength..];
        }

        Span<byte> signature = stackalloc byte[MaxSignatureBytes];
        if (StrictBase64Url.DecodedLength(signatureText.Length) != key.SignatureLength)
        {
            return JwsFault.BadSignature;
        }

        if (!StrictBase64Url.TryDecode(signatureText, signature, out var signatureLength))
        {
            return JwsFault.Malformed;
        }

        if (!key.Verify(token[..payloadEnd], signature[..signatureLength]))
        {
            return JwsFault.BadSignature;
        }

        if (!StrictBase64Url.TryDecode(payloadText, buffer, out var payloadLength))
        {
            return JwsFault.Malformed;
        }

        opened.Payload = buffer[..payloadLength];
        return JwsFault.None;
    }

    /// <summary>Signs a payload under the key's own header.</summary>
    public static string Write(JwsKey key, ReadOnlySpan<byte> payload)
    {
        var signedLength = key.EncodedHeader.Length + 1 + Base64Url.GetEncodedLength(payload.Length);
        var token = new byte[signedLength + 1 + Base64Url.GetEncodedLength(key.SignatureLength)];
        key.EncodedHeader.CopyTo(token, 0);
        token[key.EncodedHeader.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, token.AsSpan(key.EncodedHeader.Length + 1));
        var signature = new byte[key.SignatureLength];
        key.Sign(token.AsSpan(0, signedLength), signature);
        token[signedLength] = (byte)'.';
        Base64Url.EncodeToUtf8(signature, token.AsSpan(signedLength + 1));
        return Encoding.ASCII.GetString(token);
    }
}
