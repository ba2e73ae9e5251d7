using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Signatures.Verifying;

/// <summary>
/// Verifies signed requests (RFC 9421 section 3.2) in a fixed order: form, parameters, window, components
/// (<see cref="Read"/>), then, once the caller has found the key, the signature (<see cref="IsBy"/>). The content
/// (<see cref="Digests.ContentDigest"/>) and the nonce are the caller's next steps, in this order: whatever fails before
/// must not spend a nonce. Safe for concurrent use.
/// </summary>
public sealed class SignatureVerifier(SignaturePolicy policy, TimeProvider time)
{
    private const string InputField = "signature-input", SignatureField = "signature";
    private const int MostSignatureBytes = 1024;
    private const int MostKeyId = 256;

    private readonly string[] algorithmNames = [.. policy.Algorithms.Select(a => a.RegisteredName()).OfType<string>()];

    /// <summary>The steps that need no key.</summary>
    public SignatureReading Read(IRequestMessage message)
    {
        var inputs = FieldText.Join(message, InputField);
        var signatures = FieldText.Join(message, SignatureField);
        if (inputs is null && signatures is null)
        {
            return SignatureReading.Of(SignatureFault.Missing, "The request is not signed.");
        }

        if (inputs is null || signatures is null)
        {
            return Malformed("Signature-Input and Signature come together.");
        }

        if (inputs.Length > policy.MostCharacters || signatures.Length > policy.MostCharacters)
        {
            return Malformed($"Signature-Input and Signature have at most {policy.MostCharacters} characters each.");
        }

        if (!TryFind(inputs, out var label, out var value, out var fault, out var detail))
        {
            return SignatureReading.Of(fault, detail);
        }

        if (!TryFindBytes(signatures, inputs.AsSpan(label.Start, label.Length), out var place, out var bytes, out detail))
        {
            return Malformed(detail);
        }

        if (SignatureInputReader.Read(inputs, value.Start, value.Length, policy.MostComponents, out var unread) is not { } input)
        {
            return Malformed(unread!);
        }

        var (found, why) = FirstFault(input, message);
        return found == SignatureFault.None
            ? new SignatureReading(new PresentedSignature(input, signatures, place, bytes), SignatureFault.None, null)
            : SignatureReading.Of(found, why);
    }

    /// <summary>
    /// Whether this key made the signature over this request. A caller that must not show whether it knows a key asks
    /// this with another key of the same kind.
    /// </summary>
    public bool IsBy(VerifyingKey key, PresentedSignature signature, IRequestMessage message)
    {
        // The key's algorithm counts. A name given beside it can only contradict (RFC 9421 section 3.2 step 6).
        if (!policy.Algorithms.Contains(key.Algorithm) || (signature.Alg is { } alg && alg != key.Algorithm.RegisteredName()))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[MostSignatureBytes];
        if (!Convert.TryFromBase64Chars(signature.SignatureText, bytes, out var length))
        {
            return false;
        }

        using var written = new SignatureBase(policy.MostBaseBytes);
        return written.TryWrite(signature.Input, message) && key.Verify(written.Bytes, bytes[..length]);
    }

    private (SignatureFault Fault, string Why) FirstFault(SignatureInput input, IRequestMessage message)
    {
        if (WrongParameters(input) is { } parameters)
        {
            return (SignatureFault.Parameters, parameters);
        }

        if (input.Alg is { } alg && !algorithmNames.Contains(alg))
        {
            return (SignatureFault.Algorithm, $"alg is left out or one of: {string.Join(", ", algorithmNames)}.");
        }

        if (WrongWindow(input) is { } window)
        {
            return (SignatureFault.Window, window);
        }

        foreach (var rule in policy.Coverage)
        {
            if (!rule.IsMet(message, input.Components))
            {
                return (SignatureFault.Components, $"Not all is covered that has to be: {rule}.");
            }
        }

        foreach (ref readonly var component in input.Components.AsSpan())
        {
            if (policy.Excluded.Contains(component.Name))
            {
                return (SignatureFault.Excluded, $"\"{component.Name}\" must not be covered.");
            }

            if (ComponentValue.WhyNot(component, message) is { } underivable)
            {
                return underivable;
            }
        }

        return (SignatureFault.None, "");
    }

    private string? WrongParameters(SignatureInput input)
    {
        var (least, most) = policy.NonceLength;
        return Wrong(policy.Created, input.Created is not null, "created")
            ?? Wrong(policy.Nonce, input.Nonce is not null, "nonce")
            ?? Wrong(policy.KeyId, input.KeyId is not null, "keyid")
            ?? Wrong(policy.Expires, input.Expires is not null, "expires")
            ?? Wrong(policy.Alg, input.Alg is not null, "alg")
            ?? (input.Nonce is { } nonce && (nonce.Length < least || nonce.Length > most) ? $"nonce has {least} to {most} characters." : null)
            ?? (input.KeyId is { } key && key.Length is 0 or > MostKeyId ? $"keyid has 1 to {MostKeyId} characters." : null);
    }

    private static string? Wrong(Presence wanted, bool there, string name) => wanted switch
    {
        Presence.Required when !there => $"The parameter {name} is missing.",
        Presence.Forbidden when there => $"The parameter {name} is not accepted.",
        _ => null,
    };

    // Compared in whole seconds, as created is told: the last second of the window counts.
    private string? WrongWindow(SignatureInput input)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (input.Created is { } created)
        {
            if (created < now - (long)policy.MaxAge.TotalSeconds)
            {
                return $"created lies more than {policy.MaxAge.TotalSeconds} s back; compare your clock with the Date of this answer.";
            }

            if (created > now + (long)policy.MaxAhead.TotalSeconds)
            {
                return $"created lies more than {policy.MaxAhead.TotalSeconds} s ahead; compare your clock with the Date of this answer.";
            }

            if (input.Expires <= created)
            {
                return "expires does not lie after created.";
            }

            if (policy.MaxLifetime is { } lifetime && input.Expires - created > (long)lifetime.TotalSeconds)
            {
                return $"expires lies more than {lifetime.TotalSeconds} s after created.";
            }
        }

        return input.Expires <= now ? "expires is past." : null;
    }

    private bool TryFind(
        string inputs, out (int Start, int Length) label, out (int Start, int Length) value, out SignatureFault fault, out string detail)
    {
        (label, value, fault, detail) = (default, default, SignatureFault.Malformed, "Signature-Input is no dictionary of signatures.");
        var reader = new SfReader(inputs);
        Span<(int Start, int Length)> labels = stackalloc (int, int)[Math.Min(policy.MostSignatures, 64)];
        var (count, found) = (0, 0);
        reader.SkipSpaces();
        do
        {
            var at = reader.Position;
            if (!reader.TryKey(out var name) || !reader.TryTake('='))
            {
                return false;
            }

            if (!TryAdd(inputs, labels, ref count, (at, name.Length)))
            {
                detail = $"Signature-Input has a label twice, or more than {labels.Length}.";
                return false;
            }

            var start = reader.Position;
            if (!SignatureInputReader.TrySkip(ref reader, out var tag))
            {
                return false;
            }

            if ((policy.Label is not { } only || name.SequenceEqual(only)) && (policy.Tag is not { } wanted || tag.SequenceEqual(wanted)))
            {
                (label, value) = ((at, name.Length), (start, reader.Position - start));
                found++;
            }
        }
        while (reader.NextMember());

        if (!reader.AtEnd)
        {
            return false;
        }

        (fault, detail) = found switch
        {
            0 => (SignatureFault.Missing, $"No signature has the tag \"{policy.Tag}\"."),
            1 => (SignatureFault.None, ""),
            _ => (SignatureFault.Malformed, $"Exactly one signature has the tag \"{policy.Tag}\"."),
        };
        return found == 1;
    }

    private bool TryFindBytes(
        string signatures, ReadOnlySpan<char> label, out (int Start, int Length) place, out int bytes, out string detail)
    {
        (place, bytes, detail) = (default, 0, "Signature is no dictionary of byte sequences in base64 between colons.");
        var reader = new SfReader(signatures);
        Span<(int Start, int Length)> labels = stackalloc (int, int)[Math.Min(policy.MostSignatures, 64)];
        Span<byte> decoded = stackalloc byte[MostSignatureBytes];
        var (count, found) = (0, false);
        reader.SkipSpaces();
        do
        {
            var at = reader.Position;
            if (!reader.TryKey(out var name) || !reader.TryTake('='))
            {
                return false;
            }

            if (!TryAdd(signatures, labels, ref count, (at, name.Length)))
            {
                detail = $"Signature has a label twice, or more than {labels.Length}.";
                return false;
            }

            var start = reader.Position;
            if (!reader.TryBare(out var value) || value.Kind != SfKind.Bytes)
            {
                return false;
            }

            if (name.SequenceEqual(label))
            {
                if (!value.TryDecodeBytes(decoded, out bytes))
                {
                    detail = $"A signature has at most {MostSignatureBytes} bytes.";
                    return false;
                }

                (place, found) = ((start + 1, value.Raw.Length), true);
            }

            while (reader.NextParameter(out _, out _))
            {
            }
        }
        while (reader.NextMember());

        if (reader.AtEnd && !found)
        {
            detail = "Signature lacks the label of Signature-Input.";
        }

        return reader.AtEnd && found;
    }

    // A label that is there twice would be one thing to this reader and another to the next.
    private static bool TryAdd(string text, Span<(int Start, int Length)> labels, ref int count, (int Start, int Length) label)
    {
        var name = text.AsSpan(label.Start, label.Length);
        foreach (var (start, length) in labels[..count])
        {
            if (text.AsSpan(start, length).SequenceEqual(name))
            {
                return false;
            }
        }

        if (count == labels.Length)
        {
            return false;
        }

        labels[count++] = label;
        return true;
    }

    private static SignatureReading Malformed(string detail) => SignatureReading.Of(SignatureFault.Malformed, detail);
}
