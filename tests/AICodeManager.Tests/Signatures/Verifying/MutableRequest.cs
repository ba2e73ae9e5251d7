using AICodeManager.Signatures.Messages;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>A request that is changed at random, many times over without making much garbage.</summary>
internal sealed class MutableRequest(WireRequest original, Random random) : IRequestMessage
{
    // What has a meaning somewhere in the two fields, and what looks as if it had.
    private static readonly string[] Morsels =
    [
        ";", "=", "\"", "(", ")", " ", "\t", ",", ", ", ":", "?1", "?0", "\\", "\\\"", "@", "%", "*", "-", "0", "00", "1", "9999999999999999", "1.5", "sig", "sig=", "tag",
        ";tag=\"aicli\"", ";tag=aicli", ";created=0", ";expires=9999999999", ";nonce=\"", ";alg=\"ecdsa-p256-sha256\"", ";bs", ";key=\"a\"", ";name=\"a\"", ";sf", "\"@method\"",
        "\"@path\"", "\"@query\"", " \"cookie\"", "sig2=()", "()", "::", ":AAAA:", "AAAA", "==", "=", "-_", "%2F", "%2f", "/", "..", "/./", "?", "#", "&", "+", "%20", ":443",
        ":80", "[::1]", "\0", "\r\n", "\u00e9", "\u0141", "\ud800", "A", "a", "é", "sha-256=", "sha-512=", "md5=:AAAA:", "application/json",
    ];

    private static readonly string[] Fields = ["signature-input", "signature", "content-digest", "authorization", "content-type", "cookie", "x-other"];

    private readonly List<(string Name, string Value)> fields = [];

    public string Method { get; private set; } = "";

    public string Scheme { get; private set; } = "";

    public string Authority { get; private set; } = "";

    public string Target { get; private set; } = "";

    public bool HasContent { get; private set; }

    /// <summary>Characters of all of it.</summary>
    public int Length => Target.Length + Authority.Length + fields.Sum(f => f.Value.Length);

    public int Lines(string field)
    {
        var count = 0;
        foreach (var (name, _) in fields)
        {
            count += name == field ? 1 : 0;
        }

        return count;
    }

    public string Line(string field, int index)
    {
        foreach (var (name, value) in fields)
        {
            if (name == field && index-- == 0)
            {
                return value;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(index));
    }

    public void Change()
    {
        (Method, Scheme, Authority, Target, HasContent) = (original.Method, original.Scheme, original.Authority, original.Target, original.HasContent);
        fields.Clear();
        foreach (var name in original.Names)
        {
            fields.Add((name, original.Line(name, 0)));
        }

        for (var more = 1 + random.Next(3); more > 0; more--)
        {
            ChangeOnce();
        }
    }

    private void ChangeOnce()
    {
        switch (random.Next(16))
        {
            case 0:
                Method = Mutated(Method);
                break;
            case 1:
                Target = Mutated(Target);
                break;
            case 2:
                Authority = Mutated(Authority);
                break;
            case 3:
                (Scheme, HasContent) = random.Next(2) == 0 ? ("http", HasContent) : (Scheme, !HasContent);
                break;
            case 4:
                fields.Add((Fields[random.Next(Fields.Length)], fields[random.Next(fields.Count)].Value));
                break;
            case 5 when fields.Count > 1:
                fields.RemoveAt(random.Next(fields.Count));
                break;
            case 6:
                Split(random.Next(fields.Count));
                break;
            case 7:
                (fields[0], fields[^1]) = (fields[^1], fields[0]);
                break;
            case < 12:
                Mutate("signature-input");
                break;
            case < 14:
                Mutate("signature");
                break;
            default:
                var at = random.Next(fields.Count);
                fields[at] = (fields[at].Name, Mutated(fields[at].Value));
                break;
        }
    }

    private void Mutate(string field)
    {
        var at = fields.FindIndex(f => f.Name == field);
        if (at >= 0)
        {
            fields[at] = (field, Mutated(fields[at].Value));
        }
    }

    private void Split(int at)
    {
        var (name, value) = fields[at];
        var cut = random.Next(value.Length + 1);
        fields[at] = (name, value[..cut]);
        fields.Insert(at + 1, (name, value[cut..]));
    }

    private string Mutated(string text)
    {
        var at = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(1, 4), text.Length - at);
        return random.Next(8) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text.Substring(at, length)),
            2 => text.Insert(at, Morsels[random.Next(Morsels.Length)]),
            3 => string.Concat(text.AsSpan(0, at), Morsels[random.Next(Morsels.Length)], text.AsSpan(at + length)),
            4 when at < text.Length => string.Concat(text.AsSpan(0, at), [(char)(text[at] ^ (1 << random.Next(8)))], text.AsSpan(at + 1)),
            5 when at < text.Length => string.Concat(text.AsSpan(0, at), [(char)(text[at] ^ 0x20)], text.AsSpan(at + 1)),
            6 => text.Insert(at, new string(random.Next(2) == 0 ? ' ' : (char)random.Next(0x20, 0x7f), random.Next(1, 40))),
            _ => string.Concat(text.AsSpan(at), text.AsSpan(0, at)),
        };
    }
}
