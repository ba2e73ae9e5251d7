namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>The three members a header may have. The spans are parts of the decoded header.</summary>
/// <remarks>
/// A header is an attacker's text until the signature holds, so it is read by hand: a flat object of plain ASCII
/// strings, without escapes, each member once. <c>crit</c>, <c>zip</c>, <c>b64</c>, keys and addresses of keys and
/// whatever else would tell a verifier what to do are refused by not being one of the three (RFC 8725 sections 3.1,
/// 3.10). No input makes it throw.
/// </remarks>
internal ref struct JwsHeader
{
    public ReadOnlySpan<byte> Algorithm;
    public ReadOnlySpan<byte> KeyId;
    public ReadOnlySpan<byte> Type;

    public static JwsFault Read(ReadOnlySpan<byte> json, out JwsHeader header)
    {
        header = default;
        var rest = json;
        if (!Take(ref rest, (byte)'{'))
        {
            return JwsFault.Malformed;
        }

        do
        {
            if (!TakeText(ref rest, out var name) || !Take(ref rest, (byte)':'))
            {
                return JwsFault.Malformed;
            }

            if (!name.SequenceEqual("alg"u8) && !name.SequenceEqual("kid"u8) && !name.SequenceEqual("typ"u8))
            {
                return JwsFault.HeaderRefused;
            }

            if (!TakeText(ref rest, out var value) || value.IsEmpty || !header.Set(name, value))
            {
                return JwsFault.Malformed;
            }
        }
        while (Take(ref rest, (byte)','));

        return Take(ref rest, (byte)'}') && SkipBlanks(rest).IsEmpty ? JwsFault.None : JwsFault.Malformed;
    }

    // An empty value is not accepted, so a member that has one was given before.
    private bool Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var before = name[0] switch { (byte)'a' => Algorithm, (byte)'k' => KeyId, _ => Type };
        switch (name[0])
        {
            case (byte)'a':
                Algorithm = value;
                break;
            case (byte)'k':
                KeyId = value;
                break;
            default:
                Type = value;
                break;
        }

        return before.IsEmpty;
    }

    private static bool Take(scoped ref ReadOnlySpan<byte> rest, byte wanted)
    {
        var next = SkipBlanks(rest);
        if (next.IsEmpty || next[0] != wanted)
        {
            return false;
        }

        rest = next[1..];
        return true;
    }

    private static bool TakeText(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!Take(ref rest, (byte)'"') || rest.IndexOf((byte)'"') is not (>= 0 and var end))
        {
            return false;
        }

        text = rest[..end];
        rest = rest[(end + 1)..];
        return !text.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !text.Contains((byte)'\\');
    }

    // The blanks of RFC 8259 section 2, and no others.
    private static ReadOnlySpan<byte> SkipBlanks(ReadOnlySpan<byte> rest) => rest.TrimStart(" \t\r\n"u8);
}
