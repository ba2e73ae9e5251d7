using System.Text;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Tests.Signatures;

/// <summary>Signature bases as the verifier and the signer make them.</summary>
internal static class Bases
{
    /// <summary>Null where a component cannot be derived.</summary>
    public static string? Of(IRequestMessage message, string parameters)
    {
        var input = SignatureInputReader.Read(parameters, 0, parameters.Length, 32, out var fault);
        Assert.True(input is not null, fault);
        ContentDigest? digest = null;
        foreach (var component in input.Components)
        {
            if (ComponentValue.WhyNot(component, message, ref digest) is not null)
            {
                return null;
            }
        }

        using var written = new SignatureBase(64 << 10);
        return written.TryWrite(input, message) ? Encoding.ASCII.GetString(written.Bytes) : null;
    }

    /// <summary>The one line of a component, without its identifier.</summary>
    public static string? Line(IRequestMessage message, string identifier)
    {
        const string Last = "\n\"@signature-params\": ";
        var text = Of(message, $"({identifier})");
        return text is null ? null : text[(identifier.Length + 2)..text.IndexOf(Last, StringComparison.Ordinal)];
    }
}
