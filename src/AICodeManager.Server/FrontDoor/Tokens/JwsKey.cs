using System.Buffers.Text;
using System.Text;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>A key with the one algorithm it is used for (RFC 8725 section 3.1). Safe from several threads.</summary>
/// <param name="id">Printable ASCII without quotes and backslashes.</param>
internal abstract class JwsKey(string algorithm, string id)
{
    public string Algorithm { get; } = algorithm;

    public string Id { get; } = id;

    public byte[] AlgorithmName { get; } = Encoding.ASCII.GetBytes(algorithm);

    public byte[] IdName { get; } = Encoding.ASCII.GetBytes(id);

    /// <summary>The header of every access token under this key, as it stands in the token: the same bytes each time.</summary>
    public byte[] EncodedHeader { get; } = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes($$"""{"alg":"{{algorithm}}","typ":"{{CompactJws.AccessTokenType}}","kid":"{{id}}"}""")));

    /// <summary>Bytes of every signature.</summary>
    public abstract int SignatureLength { get; }

    /// <param name="signature">Exactly <see cref="SignatureLength"/> bytes.</param>
    public abstract bool Verify(ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature);

    /// <param name="signature">Filled; exactly <see cref="SignatureLength"/> bytes.</param>
    public abstract void Sign(ReadOnlySpan<byte> input, Span<byte> signature);
}

/// <summary>The keys that are accepted at one moment.</summary>
internal sealed class JwsKeySet
{
    public static readonly JwsKeySet Empty = new([]);

    private readonly JwsKey[] keys;

    /// <exception cref="ArgumentException">Two keys have one id.</exception>
    public JwsKeySet(IEnumerable<JwsKey> keys)
    {
        this.keys = [.. keys];
        if (this.keys.DistinctBy(key => key.Id).Count() != this.keys.Length)
        {
            throw new ArgumentException("Two keys have one id.", nameof(keys));
        }
    }

    /// <summary>The key whose own tokens have exactly this header.</summary>
    public JwsKey? FindByHeader(ReadOnlySpan<byte> encodedHeader)
    {
        foreach (var key in keys)
        {
            if (encodedHeader.SequenceEqual(key.EncodedHeader))
            {
                return key;
            }
        }

        return null;
    }

    public JwsKey? Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in keys)
        {
            if (id.SequenceEqual(key.IdName))
            {
                return key;
            }
        }

        return null;
    }
}
