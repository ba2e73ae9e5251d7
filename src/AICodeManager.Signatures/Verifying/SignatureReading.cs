namespace AICodeManager.Signatures.Verifying;

/// <summary>What a verifier's first steps gave: a signature, or the fault that ended them.</summary>
/// <param name="Detail">What is wrong and what is accepted, in English; repeats nothing of the request.</param>
public readonly record struct SignatureReading(PresentedSignature? Signature, SignatureFault Fault, string? Detail)
{
    internal static SignatureReading Of(SignatureFault fault, string detail) => new(null, fault, detail);
}
