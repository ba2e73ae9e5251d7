using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>What is refused on the way to a provider and back. The reasons are the server's own.</summary>
internal static class ProviderRefusals
{
    /// <summary>Header of an answer that waits for a second factor.</summary>
    public const string HandleHeader = "Sign-In-Handle";

    public static Refusal UnknownProvider() => Refusals.NotFound("no such provider is set up");

    public static Refusal ResponseInvalid(string why) =>
        new(400, "oauth_response_invalid", "This is not an answer of the provider that can be accepted.") { Detail = "Start the sign-in again.", PrivateReason = why };

    /// <summary>One code for every reason: a stranger learns nothing about other people's flows.</summary>
    public static Refusal StateInvalid(string why) =>
        new(400, "oauth_state_invalid", "This sign-in is unknown, over, or was begun in another browser.")
        {
            Detail = "Start the sign-in again; it may take at most ten minutes.", PrivateReason = why,
        };

    public static Refusal IssuerMismatch(string why) =>
        new(400, "oauth_issuer_mismatch", "The answer comes from another provider than was asked.") { PrivateReason = why };

    public static Refusal Denied() => new(403, "oauth_denied", "The sign-in was cancelled at the provider.");

    public static Refusal ProviderError(string error) =>
        new(502, "oauth_provider_error", "The provider refused the sign-in.") { PrivateReason = $"the provider answered {ProviderWords.Shown(error)}" };

    public static Refusal Of(ProviderException fault) => fault.Fault == ProviderFault.Unavailable
        ? Refusals.Unavailable("oauth_provider_unavailable", "The provider does not answer.") with { PrivateReason = fault.Message }
        : new(502, "oauth_provider_invalid", "The provider's answer cannot be accepted.") { PrivateReason = fault.Message };

    public static Refusal EmailNotVerified() =>
        new(403, "email_not_verified", "The provider knows no verified e-mail address of yours.");

    public static Refusal Disabled() => new(403, "account_disabled", "This account is disabled.");

    public static Refusal LinkRequired() => Refusals.Conflict(
        "account_link_required", "There is an account with this e-mail address.",
        "Sign in to it the way you always do, then link the provider in your account.");

    public static Refusal AlreadyLinked() => Refusals.Conflict(
        "already_linked", "The link cannot be made.",
        "That account of the provider belongs to another account here, or yours has another one of the same provider.");

    public static Refusal LastSignInMethod() => Refusals.Conflict(
        "last_sign_in_method", "This is the only way to sign in to the account.", "Set a password or link another provider first.");

    public static Refusal LinkSessionOver() =>
        new(403, "link_session_over", "The session that asked for the link has ended.") { Detail = "Sign in and ask for the link again." };

    /// <summary>The provider vouches for the person, the account asks for more: the handle goes on with the code.</summary>
    public static Refusal SecondFactorNeeded(string handle) =>
        WithHandle(Refusals.Unauthenticated("two_factor_required", "Enter the code of your second factor."), handle);

    public static Refusal CodeRefused(string handle) =>
        WithHandle(Refusals.Unauthenticated("invalid_proof", "The proof was not accepted.", "wrong second factor"), handle);

    public static string? HandleIn(Refusal refusal) => refusal.Headers?.GetValueOrDefault(HandleHeader);

    private static Refusal WithHandle(Refusal refusal, string handle) =>
        refusal with { Headers = new Dictionary<string, string>(refusal.Headers!) { [HandleHeader] = handle } };
}
