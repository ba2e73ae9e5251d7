namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>The key that signed this request, once the signature, the key's state and the nonce were found right.</summary>
/// <param name="State">One that may sign.</param>
public sealed record CurrentKey(ClientKeyRow Key, KeyState State)
{
    /// <summary>Null for a request without a signature.</summary>
    public static CurrentKey? Of(HttpContext context) => context.Features.Get<CurrentKey>();

    /// <summary>Binds as an endpoint parameter; a nullable one where a signature is not needed.</summary>
    public static ValueTask<CurrentKey?> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));
}
