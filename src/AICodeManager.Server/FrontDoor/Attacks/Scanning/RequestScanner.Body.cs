using System.Buffers;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

public ref partial struct RequestScanner
{
    private const int MostPath = 256, MostDepth = 64;

    /// <summary>Characters of a boundary: RFC 2046 section 5.1.1 permits 70, the framework reads 128. A longer one could make the search for it slow.</summary>
    private const int MostBoundary = 128;

    /// <summary>A character that no name of a policy has: what came after it was too long to be told.</summary>
    private const char Beyond = '\uFFFF';

    /// <summary>A body by its content type.</summary>
    public void Body(string? contentType, in ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
            return;
        // By hand: a parsed header would be the one thing that a clean request allocates.
        var type = MediaType(contentType);
        if (type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            Json(body);
            return;
        }

        // All but JSON is small here.
        var bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        if (type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            Form(bytes);
        else if (type.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            Multipart(bytes, MediaTypeHeaderValue.TryParse(contentType, out var named) ? HeaderUtilities.RemoveQuotes(named.Boundary).ToString() : "");
        else
            Text(bytes);
    }

    /// <summary>
    /// Every name and every text of a JSON body. It reads up to the first fault; what cannot be read no endpoint acts on.
    /// </summary>
    public void Json(in ReadOnlySequence<byte> body)
    {
        // The serializer skips a mark of UTF-8 at the beginning; this reader would take it for a fault, and see nothing.
        var marked = new SequenceReader<byte>(body);
        marked.IsNext([0xEF, 0xBB, 0xBF], advancePast: true);
        var reader = new Utf8JsonReader(marked.UnreadSequence, new JsonReaderOptions { MaxDepth = MostDepth });
        Span<char> path = stackalloc char[MostPath];
        Span<int> lengths = stackalloc int[MostDepth + 2];
        var length = 0;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        lengths[reader.CurrentDepth + 1] = length;
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        length = lengths[reader.CurrentDepth];
                        break;
                    case JsonTokenType.PropertyName:
                        length = Named(ref reader, path, lengths[reader.CurrentDepth]);
                        break;
                    case JsonTokenType.String:
                        Told(ref reader, path[..length]);
                        break;
                }
            }
        }
        catch (JsonException)
        {
        }
    }

    /// <summary>Fields as <c>application/x-www-form-urlencoded</c>.</summary>
    public void Form(scoped ReadOnlySpan<byte> body)
    {
        var rented = ArrayPool<char>.Shared.Rent(body.Length);
        Pairs(rented.AsSpan(0, BodyText.Read(body, rented)), '&', Part.Body, plusIsBlank: true);
        ArrayPool<char>.Shared.Return(rented);
    }

    /// <summary>Fields and the names of files of <c>multipart/form-data</c> (RFC 7578); the files themselves carry code.</summary>
    public void Multipart(scoped ReadOnlySpan<byte> body, string boundary)
    {
        if (boundary.Length > MostBoundary)
        {
            Text(body);
            return;
        }

        var rented = ArrayPool<char>.Shared.Rent(body.Length);
        ReadOnlySpan<char> text = rented.AsSpan(0, BodyText.Read(body, rented));
        foreach (var range in text.Split($"--{boundary}"))
        {
            var part = text[range];
            var ends = part.IndexOf("\r\n\r\n");
            if (ends < 0)
                continue;
            var head = part[..ends];
            var content = part[(ends + 4)..];
            var name = Parameter(head, "name=");
            var file = Parameter(head, "filename=");
            Value(name, FieldKind.Text, Part.Body, name);
            Value(file, FieldKind.Text, Part.Body, "filename");
            Value(content.EndsWith("\r\n") ? content[..^2] : content, file.IsEmpty ? kinds.OfBody(name) : FieldKind.Code, Part.Body, name);
        }

        ArrayPool<char>.Shared.Return(rented);
    }

    /// <summary>A body of any other kind, as one text.</summary>
    public void Text(scoped ReadOnlySpan<byte> body)
    {
        var rented = ArrayPool<char>.Shared.Rent(body.Length);
        Value(rented.AsSpan(0, BodyText.Read(body, rented)), FieldKind.Text, Part.Body, default);
        ArrayPool<char>.Shared.Return(rented);
    }

    private int Named(scoped ref Utf8JsonReader reader, scoped Span<char> path, int length)
    {
        char[]? rented = null;
        var name = Length(ref reader) is var most && most <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(most);
        var written = Copy(ref reader, name);
        Value(name[..written], FieldKind.Text, Part.Body, name[..written]);
        length = Append(path, length, name[..written]);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return length;
    }

    private static int Append(Span<char> path, int length, ReadOnlySpan<char> name)
    {
        if (length > 0 && path[length - 1] == Beyond)
            return length;
        if (length + 1 + name.Length > MostPath)
        {
            var last = Math.Min(length, MostPath - 1);
            path[last] = Beyond;
            return last + 1;
        }

        if (length > 0)
            path[length++] = '.';
        name.CopyTo(path[length..]);
        return length + name.Length;
    }

    private void Told(scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<char> path)
    {
        if (kinds.OfBody(path) is var kind && kind == FieldKind.Secret)
            return;
        char[]? rented = null;
        var text = Length(ref reader) is var most && most <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(most);
        var written = Copy(ref reader, text);
        Value(text[..written], kind, Part.Body, path);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented, clearArray: false);
    }

    // A text that is not Unicode is nothing by itself: no endpoint reads it. It may stand where none looks, so that what
    // comes behind it is served.
    private static int Copy(scoped ref Utf8JsonReader reader, scoped Span<char> to)
    {
        try
        {
            return reader.CopyString(to);
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private static int Length(scoped ref Utf8JsonReader reader) => reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;

    private static ReadOnlySpan<char> MediaType(ReadOnlySpan<char> contentType) =>
        (contentType.IndexOf(';') is >= 0 and var end ? contentType[..end] : contentType).Trim();

    private static ReadOnlySpan<char> Parameter(ReadOnlySpan<char> head, ReadOnlySpan<char> name)
    {
        // "name=" also ends "filename=".
        for (var from = 0; head[from..].IndexOf(name, StringComparison.OrdinalIgnoreCase) is >= 0 and var found; from += found + name.Length)
        {
            var at = from + found;
            if (at > 0 && char.IsAsciiLetter(head[at - 1]))
                continue;
            var value = head[(at + name.Length)..];
            if (value is not ['"', ..])
                return value.IndexOfAny(';', '\r') is >= 0 and var end ? value[..end] : value;
            var quote = value[1..].IndexOf('"');
            // A quote within is written as %22 or \"; the rest of the line is looked at rather than nothing.
            return quote < 0 ? value[1..] : value[1..(quote + 1)];
        }

        return default;
    }
}
