using System.Buffers;

namespace AICodeManager.Signatures.Messages;

/// <summary>One parameter of a query, named and told in the encoding that RFC 9421 section 2.2.8 asks for.</summary>
internal static class QueryParameter
{
    /// <summary>Characters that one octet can become.</summary>
    public const int MostGrowth = 3;

    // The URL standard's percent-encode set for components leaves these alone, as encodeURIComponent does.
    private static readonly SearchValues<byte> Kept =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()"u8);

    /// <summary>False where the name is not there exactly once: a value that one reader takes first and one last has no meaning.</summary>
    /// <param name="target">Path and query as sent.</param>
    /// <param name="name">Encoded.</param>
    /// <param name="value">As sent, to be encoded.</param>
    public static bool TryFind(string target, string name, out ReadOnlySpan<char> value)
    {
        value = default;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            return false;
        }

        var found = 0;
        var rest = target.AsSpan(question + 1);
        foreach (var range in rest.Split('&'))
        {
            var pair = rest[range];
            var equals = pair.IndexOf('=');
            if (!pair.IsEmpty && IsCalled(equals < 0 ? pair : pair[..equals], name))
            {
                value = equals < 0 ? default : pair[(equals + 1)..];
                found++;
            }
        }

        return found == 1;
    }

    /// <summary>
    /// Decoded as a form's part is (a plus is a space) and encoded again, octet by octet: what is no UTF-8 stays what it is,
    /// so that two parts have one encoding only where a form's reader takes them for the same.
    /// </summary>
    /// <param name="to">Has room for <see cref="MostGrowth"/> times the part.</param>
    public static int Encode(ReadOnlySpan<char> part, Span<byte> to)
    {
        var length = 0;
        for (var at = 0; at < part.Length;)
        {
            length += Put(Next(part, ref at), to[length..]);
        }

        return length;
    }

    // Compared without making text: a request may name many parameters of a long query.
    private static bool IsCalled(ReadOnlySpan<char> part, ReadOnlySpan<char> name)
    {
        Span<byte> octet = stackalloc byte[MostGrowth];
        for (var at = 0; at < part.Length;)
        {
            var length = Put(Next(part, ref at), octet);
            if (name.Length < length)
            {
                return false;
            }

            for (var i = 0; i < length; i++)
            {
                if (name[i] != octet[i])
                {
                    return false;
                }
            }

            name = name[length..];
        }

        return name.IsEmpty;
    }

    private static byte Next(ReadOnlySpan<char> part, ref int at)
    {
        var c = part[at++];
        if (c == '%' && at + 1 < part.Length && char.IsAsciiHexDigit(part[at]) && char.IsAsciiHexDigit(part[at + 1]))
        {
            at += 2;
            return (byte)((Digit(part[at - 2]) << 4) | Digit(part[at - 1]));
        }

        return c == '+' ? (byte)' ' : (byte)c;
    }

    private static int Digit(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

    private static int Put(byte octet, Span<byte> to)
    {
        if (Kept.Contains(octet))
        {
            to[0] = octet;
            return 1;
        }

        const string Digits = "0123456789ABCDEF";
        to[0] = (byte)'%';
        to[1] = (byte)Digits[octet >> 4];
        to[2] = (byte)Digits[octet & 15];
        return MostGrowth;
    }
}
