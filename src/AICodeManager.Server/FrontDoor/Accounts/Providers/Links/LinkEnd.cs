using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Links;

/// <summary>
/// Makes a link when its flow comes back. Both accounts are proved: the provider's by the flow, ours by the session that
/// asked with a fresh proof. That session's cookie does not come along from the provider; the binding's cookie shows
/// that it is the same browser, and the session must still live.
/// </summary>
public sealed class LinkEnd(LinkStore links, SessionStore sessions, StandingStore standings)
{
    /// <summary>Null when the link stands.</summary>
    public async Task<Refusal?> LinkAsync(
        HttpContext context, LinkIntent intent, ProviderRegistration provider, ExternalIdentity person, CancellationToken cancel)
    {
        if (await standings.LoadAsync(intent.UserId, cancel) is not { Disabled: false } user
            || await sessions.ReadAsync(intent.UserId, intent.SessionId, cancel) is not { Ended: null } record
            || sessions.Open(intent.UserId, record)?.Epoch != user.Epoch)
        {
            return ProviderRefusals.LinkSessionOver();
        }

        var origin = RequestOrigin.Of(context) with { Caller = new Caller(user.Id, user.Email, user.Role, intent.SessionId) };
        return await links.LinkAsync(user.Id, provider, person, origin, cancel) == LinkResult.Taken
            ? ProviderRefusals.AlreadyLinked()
            : null;
    }
}
