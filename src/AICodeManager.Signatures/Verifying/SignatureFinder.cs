using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Signatures.Verifying;

/// <summary>Finds the one signature that a policy asks for among those of a request (RFC 9421 section 3.2 step 1).</summary>
internal readonly ref struct SignatureFinder(SignaturePolicy policy, string inputs, string signatures)
{
    private const int MostLabels = 64, MostSignatureBytes = SignatureVerifier.MostSignatureBytes;

    /// <param name="value">Where its member of <c>Signature-Input</c> has its value.</param>
    /// <param name="signature">Where its base64 stands in <c>Signature</c>.</param>
    /// <param name="bytes">Bytes of the signature.</param>
    /// <returns>What is wrong; both fields are read whole first, also what is said of other signatures.</returns>
    public (SignatureFault Fault, string Why) Find(out (int Start, int Length) value, out (int Start, int Length) signature, out int bytes)
    {
        (value, signature, bytes) = (default, default, 0);
        var most = Math.Clamp(policy.MostSignatures, 1, MostLabels);
        var labels = new LabelList(inputs, stackalloc (int, int)[most]);
        if (FindInput(ref labels, out var chosen, out value, out var found) is { } inputFault)
        {
            return (SignatureFault.Malformed, inputFault);
        }

        var others = new LabelList(signatures, stackalloc (int, int)[most]);
        if (FindBytes(ref others, labels, inputs.AsSpan(chosen.Start, chosen.Length), out signature, out bytes) is { } fault)
        {
            return (SignatureFault.Malformed, fault);
        }

        return found switch
        {
            1 => (SignatureFault.None, ""),
            0 => (SignatureFault.Missing, $"No signature has the tag \"{policy.Tag}\"."),
            _ => (SignatureFault.Malformed, $"Exactly one signature has the tag \"{policy.Tag}\"."),
        };
    }

    private string? FindInput(ref LabelList labels, out (int Start, int Length) chosen, out (int Start, int Length) value, out int found)
    {
        const string Accepted = "Signature-Input is a dictionary of lists in parentheses, each with at most one tag, a string in quotes.";
        (chosen, value, found) = (default, default, 0);
        var reader = new SfReader(inputs);
        reader.SkipSpaces();
        do
        {
            var at = reader.Position;
            if (!reader.TryKey(out var name) || !reader.TryTake('='))
            {
                return Accepted;
            }

            if (!labels.TryAdd(at, name))
            {
                return $"Signature-Input has a label twice, or more than {policy.MostSignatures}.";
            }

            var start = reader.Position;
            if (!SignatureInputReader.TrySkip(ref reader, policy.Tag, out var isTagged))
            {
                return Accepted;
            }

            if (isTagged && (policy.Label is not { } only || name.SequenceEqual(only)))
            {
                (chosen, value) = ((at, name.Length), (start, reader.Position - start));
                found++;
            }
        }
        while (reader.NextMember());

        return reader.AtEnd ? null : Accepted;
    }

    private string? FindBytes(
        ref LabelList labels, in LabelList expected, ReadOnlySpan<char> chosen, out (int Start, int Length) signature, out int bytes)
    {
        const string Accepted = "Signature is a dictionary of byte sequences in base64 between colons.";
        (signature, bytes) = (default, 0);
        var reader = new SfReader(signatures);
        reader.SkipSpaces();
        do
        {
            var at = reader.Position;
            if (!reader.TryKey(out var name) || !reader.TryTake('='))
            {
                return Accepted;
            }

            // RFC 9421 section 4: a label in one field without its other half is an error.
            if (!labels.TryAdd(at, name) || !expected.Contains(name))
            {
                return "Signature has a label twice, or one that Signature-Input lacks.";
            }

            var start = reader.Position;
            if (!reader.TryBare(out var sent) || sent.Kind != SfKind.Bytes)
            {
                return Accepted;
            }

            if (name.SequenceEqual(chosen))
            {
                (signature, bytes) = ((start + 1, sent.Raw.Length), sent.ByteLength);
            }

            while (reader.NextParameter(out _, out _))
            {
            }
        }
        while (reader.NextMember());

        return !reader.AtEnd ? Accepted
            : labels.Count != expected.Count ? "Signature lacks a label of Signature-Input."
            : bytes > MostSignatureBytes ? $"A signature has at most {MostSignatureBytes} bytes."
            : null;
    }
}
