using System.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Overwrites the real key where an upstream echoes it, also when it is split between two chunks.</summary>
/// <remarks>A chunk's tail is held back only while it could be the beginning of the key, and given out by <see cref="Rest"/>.</remarks>
internal sealed class KeyMask(Secret? key)
{
    /// <summary>A shorter key would mask ordinary text, and is none that a provider gives out.</summary>
    private const int ShortestKey = 8;

    private readonly byte[] secret = key is { Length: >= ShortestKey } ? Encoding.UTF8.GetBytes(key.Reveal()) : [];
    private byte[] held = [];

    public ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> chunk)
    {
        if (secret.Length == 0)
            return chunk;
        byte[] text = [.. held, .. chunk.Span];
        Mask(text);
        var keep = Math.Min(secret.Length - 1, text.Length);
        while (keep > 0 && !text.AsSpan()[^keep..].SequenceEqual(secret.AsSpan(0, keep)))
            keep--;
        held = text[^keep..];
        return text.AsMemory(0, text.Length - keep);
    }

    public ReadOnlyMemory<byte> Rest()
    {
        var rest = held;
        held = [];
        return rest;
    }

    /// <summary>A whole text, such as an error message.</summary>
    public string Pass(string text) => secret.Length == 0 ? text : text.Replace(key!.Reveal(), "***", StringComparison.Ordinal);

    private void Mask(Span<byte> text)
    {
        for (var at = text.IndexOf(secret); at >= 0; at = text.IndexOf(secret))
        {
            text.Slice(at, secret.Length).Fill((byte)'*');
            text = text[(at + secret.Length)..];
        }
    }
}
