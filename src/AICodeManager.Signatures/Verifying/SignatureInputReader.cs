using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Signatures.Verifying;

/// <summary>Reads members of <c>Signature-Input</c> (RFC 9421 section 4.1) strictly: what could be read in two ways is refused.</summary>
internal static class SignatureInputReader
{
    private const int MostParameters = 16;

    /// <summary>Passes over a member's value; false where it is no inner list, or its tag not one string.</summary>
    /// <param name="tag">The one that is looked for; null takes any or none.</param>
    public static bool TrySkip(ref SfReader reader, string? tag, out bool isTagged)
    {
        isTagged = tag is null;
        if (!reader.TryTake('('))
        {
            return false;
        }

        while (reader.NextInner())
        {
            if (!reader.TryBare(out _))
            {
                return false;
            }

            while (reader.NextParameter(out _, out _))
            {
            }
        }

        var seen = false;
        while (reader.NextParameter(out var name, out var value))
        {
            if (name is not "tag")
            {
                continue;
            }

            // Two tags, or one in another guise, would hide a signature from some readers and not from others.
            if (seen || value.Kind != SfKind.String)
            {
                return false;
            }

            seen = true;
            isTagged = tag is null || (value.Escaped ? value.ToText() == tag : value.Raw.SequenceEqual(tag));
        }

        return reader.Fault is null;
    }

    /// <summary>Reads a member's value whole.</summary>
    /// <param name="text">What it is part of.</param>
    /// <param name="fault">What is wrong; null where it was read.</param>
    public static SignatureInput? Read(string text, int start, int length, int mostComponents, out string? fault)
    {
        var read = ReadAsSpelled(text, start, length, mostComponents, out var canonical, out fault);
        if (read is null || canonical)
        {
            return read;
        }

        // Another spelling of the same list, with spaces or zeros that the signature base does not have (section 2.5).
        if (!SfParser.TryList(text.Substring(start, length), out var list, out fault))
        {
            return null;
        }

        var spelled = SfWriter.Write(list);
        return ReadAsSpelled(spelled, 0, spelled.Length, mostComponents, out _, out fault);
    }

    private static SignatureInput? ReadAsSpelled(
        string text, int start, int length, int mostComponents, out bool canonical, out string? fault)
    {
        var reader = new SfReader(text.AsSpan(start, length));
        fault = "A member of Signature-Input is a list of component names in quotes, with parameters.";
        canonical = true;
        if (!reader.TryTake('('))
        {
            return null;
        }

        var components = new Component[Bound(text.AsSpan(start, length), mostComponents)];
        var places = new (int Start, int Length)[components.Length];
        var (count, at) = (0, reader.Position);
        while (reader.NextInner())
        {
            canonical &= reader.Position - at == (count == 0 ? 0 : 1);
            if (count == components.Length)
            {
                fault = "The signature covers more components than are accepted.";
                return null;
            }

            var begin = reader.Position;
            if (!TryComponent(ref reader, ref canonical, out var component, ref fault))
            {
                return null;
            }

            if (components.AsSpan(0, count).Contains(component))
            {
                fault = "A component is covered twice.";
                return null;
            }

            places[count] = (start + begin, reader.Position - begin);
            components[count++] = component;
            at = reader.Position;
        }

        // A space before the parenthesis is accepted on the wire and not part of the base.
        canonical &= reader.Position - at == 1;
        if (reader.Fault is not null)
        {
            return null;
        }

        var input = new SignatureInput
        {
            Text = text, Value = (start, length),
            Components = count == components.Length ? components : components[..count], Identifiers = places,
        };
        return ReadParameters(ref reader, input, ref canonical, ref fault) ? input : null;
    }

    private static bool ReadParameters(ref SfReader reader, SignatureInput input, ref bool canonical, ref string? fault)
    {
        Span<(int Start, int Length)> names = stackalloc (int, int)[MostParameters];
        var (count, at) = (0, reader.Position);
        var whole = input.Slice(input.Value);
        while (reader.NextParameter(out var name, out var value))
        {
            canonical &= IsCanonical(reader.Position - at, name, value);
            if (count == MostParameters)
            {
                fault = "There are more parameters than are accepted.";
                return false;
            }

            for (var i = 0; i < count; i++)
            {
                if (whole.Slice(names[i].Start, names[i].Length).SequenceEqual(name))
                {
                    fault = "A parameter is given twice.";
                    return false;
                }
            }

            names[count++] = (at + 1, name.Length);
            at = reader.Position;
            if (!input.TryTake(name, value))
            {
                fault = "A parameter is of a wrong type: created and expires are integers, nonce, alg, keyid and tag strings.";
                return false;
            }
        }

        fault = reader.AtEnd ? null : "The parameters of Signature-Input cannot be read.";
        return reader.AtEnd;
    }

    private static bool TryComponent(ref SfReader reader, ref bool canonical, out Component component, ref string? fault)
    {
        component = default;
        fault = "A covered component is a name in quotes and lower case that a request has.";
        if (!reader.TryBare(out var bare) || bare.Kind != SfKind.String || bare.Escaped || ComponentNames.Of(bare.Raw) is not { } name)
        {
            return false;
        }

        string? key = null, query = null;
        var bytes = false;
        var at = reader.Position;
        while (reader.NextParameter(out var parameter, out var value))
        {
            canonical &= IsCanonical(reader.Position - at, parameter, value);
            at = reader.Position;

            // Trailers, the requests of responses and re-serialised fields are not what is covered here.
            switch (parameter)
            {
                case "key" when name[0] != '@' && key is null && value.Kind == SfKind.String:
                    key = value.ToText();
                    break;
                case "name" when name == ComponentNames.QueryParam && query is null && value.Kind == SfKind.String:
                    query = value.ToText();
                    break;
                case "bs" when name[0] != '@' && !bytes && value.Boolean:
                    bytes = true;
                    break;
                default:
                    fault = "A component has a parameter that is not accepted: key, bs and, of @query-param, name are.";
                    return false;
            }
        }

        component = new Component(name, key, bytes, query);
        return reader.Fault is null && !(bytes && key is not null) && name == ComponentNames.QueryParam == query is not null;
    }

    // Of strings, tokens and integers only a few spellings can be told from the canonical one; the rest is written anew.
    private static bool IsCanonical(int consumed, ReadOnlySpan<char> name, in SfSlice value)
    {
        var literal = value.Kind switch
        {
            SfKind.Boolean when value.Raw.IsEmpty && value.Boolean => -1,
            SfKind.String => value.Raw.Length + 2,
            SfKind.Token => value.Raw.Length,
            SfKind.Integer when value.Raw is "0" || value.Raw[0] is >= '1' and <= '9' => value.Raw.Length,
            _ => -2,
        };
        return literal > -2 && consumed == 1 + name.Length + 1 + literal;
    }

    // A bound on the items, so that the arrays are made once: the strings up to the closing parenthesis.
    private static int Bound(ReadOnlySpan<char> value, int most)
    {
        var (count, quoted) = (0, false);
        for (var i = 0; i < value.Length && count < most; i++)
        {
            switch (value[i])
            {
                case '\\' when quoted:
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    count += quoted ? 1 : 0;
                    break;
                case ')' when !quoted:
                    return count;
            }
        }

        return count;
    }
}
