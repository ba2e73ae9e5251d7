using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>A signature that was found right, with its content; whether its nonce is new and its key still good is admission's question.</summary>
public sealed record SignedProof(KnownKey Known, PresentedSignature Signature)
{
    public static SignedProof? Of(HttpContext context) => context.Features.Get<SignedProof>();
}
