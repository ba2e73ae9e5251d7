using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>Signs what a browser sends as section E of the contract says, with the key out of its cookie.</summary>
public sealed class CookieSigner(TimeProvider time)
{
    /// <summary>The two fields of a request's signature.</summary>
    /// <param name="message">Whole, as the API will see it; with <c>Content-Digest</c> where it has content.</param>
    public SignatureFields Sign(IRequestMessage message, OpenKey key) =>
        new RequestSigner(key.Key, key.Head.KeyId.ToString("D"), new SignerOptions { Time = time }).Sign(message);

    /// <summary>The proof of possession of a key that is about to be registered.</summary>
    public SignatureFields Prove(IRequestMessage message, SigningKey key) =>
        new RequestSigner(key, key.Public.Thumbprint, new SignerOptions
        {
            Time = time, Tag = SignatureContract.RegisterTag, Label = "proof", Covering = _ => ["@method", "@target-uri", "content-digest"],
        }).Sign(message);
}
