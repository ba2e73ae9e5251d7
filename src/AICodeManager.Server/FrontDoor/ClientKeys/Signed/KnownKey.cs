using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>A key as this node remembers it, imported once: importing costs several times a verification.</summary>
/// <param name="AsOf">The version of its user's standing as of which the row is true.</param>
/// <param name="Until">When it is looked up anew, on <see cref="TimeProvider.GetUtcNow"/>'s clock.</param>
public sealed record KnownKey(ClientKeyRow Row, long AsOf, VerifyingKey Key, DateTimeOffset Until)
{
    /// <summary>What stands before a nonce among its user's claims.</summary>
    public string NoncePrefix { get; } = $"n:{Row.Id:N}:";
}
