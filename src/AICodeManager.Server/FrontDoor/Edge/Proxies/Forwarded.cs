using System.Net;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace AICodeManager.Server.FrontDoor.Edge.Proxies;

/// <summary>
/// <c>Forwarded</c> (RFC 7239 section 4). Values need not be quoted where the RFC wants it (addresses with colons), for
/// proxies forget that; nothing else is forgiven, for whoever can unbalance a quote hides what follows.
/// </summary>
internal sealed class Forwarded : ForwardedChain
{
    public const string Name = "Forwarded";

    private readonly List<Element> elements;

    private Forwarded(List<Element> elements) => this.elements = elements;

    public override int Count => elements.Count;

    /// <summary>Null where it is not of the RFC's form, or longer than accepted.</summary>
    public static Forwarded? Read(StringValues lines)
    {
        var (elements, length) = (new List<Element>(), 0);
        foreach (var line in lines)
        {
            // Each line by itself: a quote that one leaves open is its own fault.
            length += line?.Length ?? 0;
            if (length > MaxLength || !TryRead(line ?? "", elements) || elements.Count > MaxHops)
                return null;
        }

        return new(elements);
    }

    public override IPAddress? Address(int fromRight) => At(fromRight).For is { } node ? NodeAddress.Parse(node) : null;

    public override string? Scheme(int fromRight) => elements.Count == 0 ? null : At(fromRight).Proto;

    public override string? Host(int fromRight) => elements.Count == 0 ? null : At(fromRight).Host;

    private Element At(int fromRight) => elements[^(fromRight + 1)];

    private static bool TryRead(ReadOnlySpan<char> rest, List<Element> elements)
    {
        var element = default(Element);
        while (true)
        {
            rest = rest.TrimStart(" \t");
            if (rest.Length > 0 && rest[0] is not (',' or ';') && !TryReadPair(ref rest, ref element))
                return false;
            rest = rest.TrimStart(" \t");
            if (rest.Length > 0 && rest[0] == ';')
            {
                rest = rest[1..];
                continue;
            }

            // An element without a pair is still somebody's hop: it must not let the one before it pass for the last.
            elements.Add(element);
            element = default;
            if (rest.Length == 0)
                return true;
            if (rest[0] != ',')
                return false;
            rest = rest[1..];
        }
    }

    private static bool TryReadPair(ref ReadOnlySpan<char> rest, ref Element element)
    {
        var equals = rest.IndexOf('=');
        if (equals <= 0 || !IsToken(rest[..equals]))
            return false;
        var name = rest[..equals];
        rest = rest[(equals + 1)..];
        if (ReadValue(ref rest) is not { } value)
            return false;
        return name switch
        {
            _ when name.Equals("for", StringComparison.OrdinalIgnoreCase) => Once(ref element.For, value),
            _ when name.Equals("proto", StringComparison.OrdinalIgnoreCase) => Once(ref element.Proto, value),
            _ when name.Equals("host", StringComparison.OrdinalIgnoreCase) => Once(ref element.Host, value),
            _ => true, // "by" and extensions
        };
    }

    // RFC 7239 section 4: each parameter must not occur more than once.
    private static bool Once(ref string? field, string value)
    {
        var first = field is null;
        field = value;
        return first;
    }

    private static string? ReadValue(ref ReadOnlySpan<char> rest)
    {
        if (rest.Length == 0 || rest[0] != '"')
        {
            var end = rest.IndexOfAny(",; \t\"");
            var bare = end < 0 ? rest : rest[..end];
            rest = rest[bare.Length..];
            return bare.Length == 0 ? null : bare.ToString();
        }

        var value = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                rest = rest[(i + 1)..];
                return value.ToString();
            }

            if (rest[i] == '\\' && ++i == rest.Length)
                return null;
            value.Append(rest[i]);
        }

        return null;
    }

    private static bool IsToken(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c))
                return false;
        }

        return true;
    }

    private struct Element
    {
        public string? For, Proto, Host;
    }
}
