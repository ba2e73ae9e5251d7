using System.Buffers;
using System.Buffers.Text;
using System.Text;
using AICodeManager.Signatures.Messages;

namespace AICodeManager.Signatures.Verifying;

/// <summary>The bytes that are signed (RFC 9421 section 2.5), in a borrowed buffer.</summary>
internal ref struct SignatureBase(int most) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(1024);
    private int length;
    private bool failed;

    public readonly ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>False where a component cannot be derived, or the base would be too long.</summary>
    public bool TryWrite(SignatureInput input, IRequestMessage message)
    {
        length = 0;
        for (var i = 0; i < input.Components.Length; i++)
        {
            Put(input.Slice(input.Identifiers[i]));
            Put(": ");
            PutValue(input.Components[i], message);
            Put("\n");
        }

        Put("\"@signature-params\": ");
        Put(input.Slice(input.Value));
        return !failed;
    }

    public void Dispose()
    {
        var borrowed = buffer;
        buffer = [];
        length = 0;
        if (borrowed.Length > 0)
        {
            // It may have held an Authorization field.
            ArrayPool<byte>.Shared.Return(borrowed, clearArray: true);
        }
    }

    private void PutValue(in Component component, IRequestMessage message)
    {
        var target = message.Target;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        switch (component.Name)
        {
            case ComponentNames.Method:
                Put(message.Method);
                break;
            case ComponentNames.TargetUri:
                Put(message.Scheme);
                Put("://");
                PutAuthority(message);
                Put(target);
                break;
            case ComponentNames.Authority:
                PutAuthority(message);
                break;
            case ComponentNames.Scheme:
                Put(message.Scheme);
                break;
            case ComponentNames.RequestTarget:
                Put(target);
                break;
            case ComponentNames.Path:
                Put(question < 0 ? target : target.AsSpan(0, question));
                break;
            case ComponentNames.Query:
                Put(question < 0 ? "?" : target.AsSpan(question));
                break;
            case ComponentNames.QueryParam:
                failed |= !QueryParameter.TryFind(target, component.QueryName!, out var value);
                PutEncoded(value);
                break;
            default:
                PutField(component, message);
                break;
        }
    }

    private void PutAuthority(IRequestMessage message)
    {
        failed |= !Messages.Authority.TrySplit(message.Authority, message.Scheme, out var host, out var port);
        PutLower(host);
        if (!port.IsEmpty)
        {
            Put(":");
            Put(port);
        }
    }

    private void PutField(in Component component, IRequestMessage message)
    {
        var lines = message.Lines(component.Name);
        if (lines == 0)
        {
            failed = true;
            return;
        }

        if (component.Key is { } key)
        {
            PutMember(message, component.Name, key);
            return;
        }

        for (var i = 0; i < lines; i++)
        {
            var line = message.Line(component.Name, i).AsSpan().Trim(" \t");
            if (i > 0)
            {
                Put(", ");
            }

            if (component.Bytes)
            {
                PutBytes(line);
            }
            else
            {
                Put(line);
            }
        }
    }

    private void PutMember(IRequestMessage message, string field, string key)
    {
        if (DictionaryMember.TryFind(message, field, key, out var value) && DictionaryMember.TryCanonize(value, out var canonical))
        {
            Put(canonical);
            return;
        }

        failed = true;
    }

    private void PutBytes(ReadOnlySpan<char> line)
    {
        Put(":");
        var to = Reserve(Base64.GetMaxEncodedToUtf8Length(line.Length));
        if (!to.IsEmpty)
        {
            failed |= Ascii.FromUtf16(line, to, out var length) != OperationStatus.Done
                | Base64.EncodeToUtf8InPlace(to, length, out var written) != OperationStatus.Done;
            this.length += written;
        }

        Put(":");
    }

    private void PutEncoded(ReadOnlySpan<char> part)
    {
        var to = Reserve(part.Length * QueryParameter.MostGrowth);
        if (!to.IsEmpty)
        {
            length += QueryParameter.Encode(part, to);
        }
    }

    private void Put(ReadOnlySpan<char> text)
    {
        var to = Reserve(text.Length);
        if (!to.IsEmpty && Encoding.ASCII.GetBytes(text, to) is var written)
        {
            // ASCII's encoder would write a question mark for anything else: one signature for many texts.
            failed |= !Ascii.IsValid(text);
            length += written;
        }
    }

    private void PutLower(ReadOnlySpan<char> text)
    {
        var to = Reserve(text.Length);
        if (!to.IsEmpty)
        {
            failed |= Ascii.ToLower(text, to, out var written) != OperationStatus.Done;
            length += written;
        }
    }

    private Span<byte> Reserve(int more)
    {
        if (failed || length + more > most)
        {
            failed = true;
            return default;
        }

        if (length + more > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(most, Math.Max(buffer.Length * 2, length + more)));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            buffer = larger;
        }

        return buffer.AsSpan(length);
    }
}
