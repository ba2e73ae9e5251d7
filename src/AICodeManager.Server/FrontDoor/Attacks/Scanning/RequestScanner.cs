using System.Buffers;
using System.Runtime.CompilerServices;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>
/// Takes one request apart into the values that the server will use, decoded as it will decode them, and shows each to the
/// detectors. A clean request allocates nothing.
/// </summary>
/// <param name="kinds">What the fields of its endpoint carry.</param>
public ref partial struct RequestScanner(FieldKinds kinds, PatternRules patterns)
{
    private const int OnStack = 512;

    private OneOfEach seen;

    /// <summary>Null while nothing was seen.</summary>
    public Findings? Found { get; private set; }

    /// <summary>The path of a request that no route takes: each segment by itself, decoded once.</summary>
    /// <param name="path">As on the wire, without query.</param>
    public void Path(scoped ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            if (!path[range].IsEmpty)
                Encoded(path[range], FieldKind.Text, Part.Path, default, plusIsBlank: false);
        }

        // What leads out of the folder shows only in the whole.
        Encoded(path, FieldKind.Path, Part.Path, default, plusIsBlank: false);
    }

    /// <summary>A value of the route, as routing has decoded it.</summary>
    public void Route(scoped ReadOnlySpan<char> name, scoped ReadOnlySpan<char> value) =>
        Value(value, kinds.OfRoute(name), Part.Path, name);

    /// <summary>A field of the body, by whoever has read it.</summary>
    public void Field(scoped ReadOnlySpan<char> name, scoped ReadOnlySpan<char> value) => Value(value, kinds.OfBody(name), Part.Body, name);

    /// <param name="query">As on the wire, with or without its question mark.</param>
    public void Query(scoped ReadOnlySpan<char> query) => Pairs(query.TrimStart('?'), '&', Part.Query, plusIsBlank: true);

    /// <summary>One line of a header; those with secrets are for the caller to leave out.</summary>
    public void Header(scoped ReadOnlySpan<char> name, scoped ReadOnlySpan<char> value)
    {
        Value(value, FieldKind.Text, Part.Header, name);
        if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
            Note(ProtocolDetector.JudgeUserAgent(value), FieldKind.Text, Part.Header, name, value);
    }

    /// <summary>The <c>Cookie</c> header; this server's own cookies carry secrets and are not looked at.</summary>
    public void Cookies(scoped ReadOnlySpan<char> header)
    {
        foreach (var range in header.Split(';'))
        {
            var cookie = header[range].Trim();
            var equals = cookie.IndexOf('=');
            var name = equals < 0 ? default : cookie[..equals];
            if (!OwnCookies.Has(name))
                Encoded(equals < 0 ? cookie : cookie[(equals + 1)..], FieldKind.Text, Part.Cookie, name, plusIsBlank: false);
        }
    }

    // Names are values too: who writes them is the client.
    private void Pairs(scoped ReadOnlySpan<char> text, char separator, Part part, bool plusIsBlank)
    {
        foreach (var range in text.Split(separator))
        {
            var pair = text[range];
            var equals = pair.IndexOf('=');
            var name = equals < 0 ? pair : pair[..equals];
            Encoded(name, FieldKind.Text, part, name, plusIsBlank);
            if (equals >= 0)
                Encoded(pair[(equals + 1)..], part == Part.Query ? kinds.OfQuery(name) : kinds.OfBody(name), part, name, plusIsBlank);
        }
    }

    private void Encoded(scoped ReadOnlySpan<char> text, FieldKind kind, Part part, scoped ReadOnlySpan<char> name, bool plusIsBlank)
    {
        if (!text.Contains('%') && !(plusIsBlank && text.Contains('+')))
        {
            Value(text, kind, part, name);
            return;
        }

        char[]? rented = null;
        var decoded = text.Length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(text.Length);
        Value(decoded[..PercentCode.Decode(text, decoded, plusIsBlank)], kind, part, name);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
    }

    private void Value(scoped ReadOnlySpan<char> value, FieldKind kind, Part part, scoped ReadOnlySpan<char> name)
    {
        if (kind == FieldKind.Secret)
            return;
        Span<Finding> each = seen;
        if (ValueScanner.Scan(value, kind, each))
        {
            foreach (ref var finding in each)
            {
                Note(finding, kind, part, name, value);
                finding = default;
            }
        }

        if (kind == FieldKind.Text && patterns.Any)
            Note(patterns.Judge(value), kind, part, name, value);
    }

    private void Note(Finding finding, FieldKind kind, Part part, scoped ReadOnlySpan<char> name, scoped ReadOnlySpan<char> value)
    {
        if (finding.Any && !patterns.IsOff(finding.Rule))
            (Found ??= new Findings()).Add(finding, kind, part, name, value);
    }

    // The strongest of each class in one value.
    [InlineArray(5)]
    private struct OneOfEach
    {
        private Finding first;
    }
}
