using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Signatures.Messages;

namespace AICodeManager.Signatures.Signing;

/// <summary>How a signer signs; the defaults are what AICode Manager's servers accept.</summary>
public sealed record SignerOptions
{
    /// <summary>The application's tag; null leaves <c>tag</c> out.</summary>
    public string? Tag { get; init; } = "aicli";

    /// <summary>The signature's name in both fields.</summary>
    public string Label { get; init; } = "sig";

    /// <summary>What is covered of a request.</summary>
    public Func<IRequestMessage, IEnumerable<Component>> Covering { get; init; } = Whole;

    /// <summary>How long after <c>created</c> it expires; null leaves <c>expires</c> out.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Makes a nonce of its own for each signature: 16 random bytes in base64url. Null leaves <c>nonce</c> out.</summary>
    public Func<string>? NewNonce { get; init; } = static () => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>The registered name to give in <c>alg</c>; null leaves it out: the verifier knows the key's (RFC 9421 section 3.3.7).</summary>
    public string? Alg { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Method and whole target, the content by its digest, and the token beside it.</summary>
    public static IEnumerable<Component> Whole(IRequestMessage message)
    {
        yield return ComponentNames.Method;
        yield return ComponentNames.TargetUri;
        if (message.HasContent)
        {
            yield return "content-digest";
        }

        if (message.Lines("authorization") > 0)
        {
            yield return "authorization";
        }
    }
}
