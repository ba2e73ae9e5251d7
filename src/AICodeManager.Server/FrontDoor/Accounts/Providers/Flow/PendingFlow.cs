namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;

/// <summary>A browser on its way to a provider and back: everything the callback relies on, kept on the server.</summary>
/// <param name="Issuer">As it was configured when the flow began.</param>
/// <param name="Binding">Hash of the value in the browser's cookie.</param>
/// <param name="RedirectUri">As sent; the exchange must repeat it.</param>
/// <param name="ReturnTo">A <see cref="ReturnPath"/>.</param>
/// <param name="Link">Set where a signed-in person links the provider's account to their own.</param>
public sealed record PendingFlow(
    string Provider, string Issuer, string Binding, string Verifier, string Nonce, string RedirectUri, string ReturnTo, LinkIntent? Link)
{
    public const string Kind = "oauth";
}

/// <summary>Whose account is to be linked, and the session that asked.</summary>
public sealed record LinkIntent(Guid UserId, Guid SessionId);

/// <summary>A sign-in that the provider has vouched for and that still lacks the account's second factor.</summary>
public sealed record PendingSecondFactor(Guid UserId, string Provider, string Binding, string ReturnTo)
{
    public const string Kind = "oauth-second-factor";
}
