namespace AICodeManager.Signatures.Messages;

/// <summary>What a signature may cover of a request, exactly as it goes over the wire.</summary>
public interface IRequestMessage
{
    /// <summary>The method, as sent (it is case-sensitive, RFC 9110 section 9.1).</summary>
    string Method { get; }

    /// <summary><c>http</c> or <c>https</c>, in lower case: how the client sees the server, whatever stands between.</summary>
    string Scheme { get; }

    /// <summary>Host and port as the <c>Host</c> field has them.</summary>
    string Authority { get; }

    /// <summary>
    /// Path and query in origin form, byte for byte: nothing decoded, nothing folded (RFC 9421 sections 2.2.6 and 2.2.7).
    /// An implementation that rebuilds it from a decoded path lets two targets share one signature.
    /// </summary>
    string Target { get; }

    /// <summary>Whether there is content, even an empty one of unknown length.</summary>
    bool HasContent { get; }

    /// <summary>How many lines of a field there are.</summary>
    /// <param name="field">The name in lower case.</param>
    int Lines(string field);

    /// <summary>One line's value, not combined with others.</summary>
    string Line(string field, int index);
}
