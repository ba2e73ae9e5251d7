using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;

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
    private const int MostKeyId = 256;

    /// <summary>More than any accepted key's signature has.</summary>
    internal const int MostSignatureBytes = 1024;

    private readonly string[] algorithmNames = [.. policy.Algorithms.Select(a => a.RegisteredName()).OfType<string>()];

    /// <summary>The steps that need no key.</summary>
    public SignatureReading Read(IRequestMessage message)
    {
        if (!FieldText.TryJoin(message, InputField, policy.MostCharacters, out var inputs)
            || !FieldText.TryJoin(message, SignatureField, policy.MostCharacters, out var signatures))
        {
            return Malformed($"Signature-Input and Signature have at most {policy.MostCharacters} characters each.");
        }

        if (inputs is null && signatures is null)
        {
            return SignatureReading.Of(SignatureFault.Missing, "The request is not signed.");
        }

        if (inputs is null || signatures is null)
        {
            return Malformed("Signature-Input and Signature come together.");
        }

        var (unfound, detail) = new SignatureFinder(policy, inputs, signatures).Find(out var value, out var place, out var bytes);
        if (unfound != SignatureFault.None)
        {
            return SignatureReading.Of(unfound, detail);
        }

        if (SignatureInputReader.Read(inputs, value.Start, value.Length, policy.MostComponents, out var unread) is not { } input)
        {
            return Malformed(unread!);
        }

        var (found, why) = FirstFault(input, message, out var digest);
        return found == SignatureFault.None
            ? new SignatureReading(new PresentedSignature(input, signatures, place, bytes, digest), SignatureFault.None, null)
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

    private (SignatureFault Fault, string Why) FirstFault(SignatureInput input, IRequestMessage message, out ContentDigest? digest)
    {
        digest = null;
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

            if (ComponentValue.WhyNot(component, message, ref digest) is { } underivable)
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

    private static SignatureReading Malformed(string detail) => SignatureReading.Of(SignatureFault.Malformed, detail);
}
