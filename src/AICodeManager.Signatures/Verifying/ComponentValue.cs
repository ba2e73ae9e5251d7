using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Messages;

namespace AICodeManager.Signatures.Verifying;

/// <summary>Whether a covered component can be derived from a request (RFC 9421 section 2), and what of it is not accepted.</summary>
internal static class ComponentValue
{
    /// <summary>Null where it can be derived.</summary>
    /// <param name="digest">Takes what a covered <c>Content-Digest</c> says, so that it is read once.</param>
    public static (SignatureFault Fault, string Why)? WhyNot(in Component component, IRequestMessage message, ref ContentDigest? digest)
    {
        if (!component.IsDerived)
        {
            return OfField(component, message, ref digest);
        }

        // How the request was sent is what every derived component stands on; a fault of one is a fault of the message.
        if (!FieldText.IsMethod(message.Method) || message.Scheme is not ("http" or "https"))
        {
            return (SignatureFault.Malformed, "The method is no token, or the scheme neither http nor https.");
        }

        if (component.Name is ComponentNames.Authority or ComponentNames.TargetUri
            && !Messages.Authority.TrySplit(message.Authority, message.Scheme, out _, out _))
        {
            return (SignatureFault.Malformed, "The host cannot be signed: it is a name in ASCII or an address, and a port.");
        }

        if (!FieldText.IsTarget(message.Target))
        {
            return (SignatureFault.Malformed, "The request's target is not a path and a query in ASCII.");
        }

        return component.QueryName is { } name && !QueryParameter.TryFind(message.Target, name, out _)
            ? (SignatureFault.Components, "A covered query parameter is not there exactly once.")
            : null;
    }

    private static (SignatureFault, string)? OfField(in Component component, IRequestMessage message, ref ContentDigest? digest)
    {
        var lines = message.Lines(component.Name);
        if (lines == 0)
        {
            return (SignatureFault.Components, $"\"{component.Name}\" is covered, but not sent.");
        }

        if (lines > 1 && FieldText.IsSingle(component.Name))
        {
            return (SignatureFault.Malformed, $"\"{component.Name}\" has one value.");
        }

        for (var i = 0; i < lines; i++)
        {
            // Not as bytes either: which bytes a reader decoded to another character is not known any more.
            if (!FieldText.IsPlain(message.Line(component.Name, i)))
            {
                return (SignatureFault.Malformed, $"\"{component.Name}\" has other characters than ASCII.");
            }
        }

        if (component.Key is { } key && !DictionaryMember.TryFind(message, component.Name, key, out _))
        {
            return (SignatureFault.Components, $"\"{component.Name}\" is no dictionary that has the covered member once.");
        }

        if (component.Name == "content-type" && FieldText.IsFolded(message.Line(component.Name, 0)))
        {
            return (SignatureFault.Malformed, "\"content-type\" has one value.");
        }

        if (component.Name == "content-digest" && component.IsPlain)
        {
            (digest, var why) = ContentDigest.Read(message.Line(component.Name, 0));
            return why is null ? null : (SignatureFault.Malformed, why);
        }

        return null;
    }
}
