namespace AICodeManager.Tests.Signatures.StructuredFields;

/// <summary>Texts that look like fields, the same ones for the same seed.</summary>
internal sealed class SfInputs(int seed)
{
    /// <summary>Fields as signed requests carry them, and one of everything else.</summary>
    public static readonly string[] Real =
    [
        """sig1=("@method" "@authority" "@path" "@query" "content-digest" "content-type");created=1735689600;expires=1735689660;nonce="b3k2pyZ0Nc1Lw8Xq";keyid="0194f1c2-7a10-7c3e-9d0f-5b1a2c3d4e5f";alg="ed25519";tag="aicli" """.TrimEnd(),
        "sig1=:" + Convert.ToBase64String([.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37))]) + ":",
        "old=:" + Convert.ToBase64String(new byte[32]) + ":, new=:" + Convert.ToBase64String(new byte[33]) + ":",
        "sha-256=:" + Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)(i * 73))]) + ":",
        """a=("cache-control";sf "x-list";key="a\"b\\" "@query-param";name="q";req);created=1, b=();tag="" """.TrimEnd(),
        """%"gr%c3%bc%c3%9fe %f0%9f%8c%8d"; at=@1735689600;was=@-1;ok=?0;n=-0.5""",
        """tok*en/1:2;q=0.875, (1 2.50 :YQ==:;x);y, "a \"b\" \\c", ?1""",
    ];

    private const string Syntax = "\"\\:;,=()?@%*-._ \t0123456789abcfAZ/+";

    private static readonly string[] Fragments =
    [
        "a", "b=", "*k.-_", "=", ";", "; ", ";a", ";b=1", "(", ")", "()", "( 1 2 )", " ", "\t", ",", ", ", " ,\t", "1", "-42", "00", "-0.0",
        "1.5", "123456789012.123", "999999999999999", "\"x\"", "\"\\\"\\\\\"", "\"", "tok", "*", "T/1:2", ":YQ==:", "::", ":YWI=:", ":",
        "?1", "?0", "?", "@5", "@-1", "@", "%\"%c3%bc\"", "%\"a%25\"", "%\"%f0%9f%8c%8d\"", "%\"", "\u00fc", "\0", "\r\n", "\ud800",
    ];

    private readonly Random random = new(seed);
    private readonly char[] text = new char[400];
    private int length;

    /// <summary>Characters of the syntax at random, and now and then any others.</summary>
    public string Noise()
    {
        length = random.Next(24);
        for (var i = 0; i < length; i++)
            text[i] = Character();
        return new string(text, 0, length);
    }

    /// <summary>Pieces that are right in themselves, in any order.</summary>
    public string Pieces()
    {
        length = 0;
        for (var count = random.Next(1, 8); count > 0; count--)
            Append(Fragments[random.Next(Fragments.Length)]);
        return new string(text, 0, length);
    }

    /// <summary>A real field with one to four places changed, taken out, doubled or replaced by a piece of another.</summary>
    public string Mutated()
    {
        length = 0;
        Append(Real[random.Next(Real.Length)]);
        for (var count = random.Next(1, 5); count > 0; count--)
            Mutate();
        return new string(text, 0, length);
    }

    private void Mutate()
    {
        if (length == 0)
            return;
        var at = random.Next(length);
        var span = Math.Min(random.Next(1, 12), length - at);
        switch (random.Next(5))
        {
            case 0:
                text[at] = Character();
                break;
            case 1:
                text.AsSpan(at + span, length - at - span).CopyTo(text.AsSpan(at));
                length -= span;
                break;
            case 2:
                Insert(at, new string(text, at, span));
                break;
            case 3:
                Insert(at, Fragments[random.Next(Fragments.Length)]);
                break;
            default:
                var other = Real[random.Next(Real.Length)];
                var start = random.Next(other.Length);
                Insert(at, other.Substring(start, Math.Min(span, other.Length - start)));
                break;
        }
    }

    private void Insert(int at, string piece)
    {
        if (length + piece.Length > text.Length)
            return;
        text.AsSpan(at, length - at).CopyTo(text.AsSpan(at + piece.Length));
        piece.CopyTo(text.AsSpan(at));
        length += piece.Length;
    }

    private void Append(string piece) => Insert(length, piece);

    private char Character() => random.Next(16) == 0 ? (char)random.Next(char.MaxValue + 1) : Syntax[random.Next(Syntax.Length)];
}
