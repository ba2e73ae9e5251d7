using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Sessions.Risk;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>Registers cookie-held keys in this very server. They need no proof of possession: they were made here.</summary>
public sealed class LocalKeyAuthority(
    ClientKeyStore keys, StandingStore standings, SessionTickets tickets, SessionCookie cookie, Clients clients, Settings settings,
    TimeProvider time) : IKeyAuthority
{
    public async Task<SessionOwner?> OwnerOfAsync(HttpContext context, string session, OpenKey? key, CancellationToken cancel)
    {
        if (tickets.ReadCookie(session) is not { } ticket || !IsLive(context, ticket, session))
            return null;
        var owner = new SessionOwner(ticket.UserId, ticket.SessionId, session);
        return key is null || await MaySignAsync(owner, key.Head.KeyId, cancel) ? owner : null;
    }

    public async Task<KeyRegistration> RegisterAsync(HttpContext context, SessionOwner owner, SigningKey key, CancellationToken cancel)
    {
        var (change, row) = await keys.AddAsync(owner.UserId, New(context, key, "session"), RequestOrigin.Of(context), cancel);
        return row is null ? KeyRegistration.Not(RefusalOf(change)) : KeyRegistration.Of(row.Id);
    }

    public async Task<KeyRegistration> RotateAsync(HttpContext context, OpenKey old, SigningKey key, CancellationToken cancel)
    {
        if (await keys.FindAsync(old.Head.KeyId, cancel) is not { Key: var row })
            return KeyRegistration.Not(Refusals.NotFound("the key that signed is gone"));
        var (change, next) = await keys.RotateAsync(row, New(context, key, "rotation"), RequestOrigin.Of(context), cancel);
        return next is null ? KeyRegistration.Not(RefusalOf(change)) : KeyRegistration.Of(next.Id);
    }

    public async Task<Refusal?> RevokeAsync(HttpContext context, OpenKey key, CancellationToken cancel)
    {
        await keys.RevokeAsync(key.Head.UserId, key.Head.KeyId, RevokedReason.Owner, RequestOrigin.Of(context), cancel);
        return null;
    }

    // Admission has judged the request's own session; one that the answer sets was opened a moment ago.
    private bool IsLive(HttpContext context, SessionTicket ticket, string session) =>
        CurrentSession.Of(context)?.Session.Id == ticket.SessionId
        || context.Response.Headers[HeaderNames.SetCookie].Any(line => line!.StartsWith($"{cookie.Name}={session}", StringComparison.Ordinal));

    private async Task<bool> MaySignAsync(SessionOwner owner, Guid keyId, CancellationToken cancel) =>
        await keys.FindAsync(keyId, cancel) is { Key: var row }
        && row.UserId == owner.UserId
        && await standings.LoadAsync(owner.UserId, cancel) is { } user
        && row.StateAt(time.GetUtcNow(), user.Epoch, settings.ClientKeys).MaySign();

    private NewKey New(HttpContext context, SigningKey key, string method)
    {
        var client = clients.Of(context);
        var family = UserAgent.Parse(client.UserAgent).Family;
        // A header may have what no name may.
        var name = family.Length is > 0 and <= 100 && !family.Any(char.IsControl) && family == family.Trim() ? family : "Browser";
        return new NewKey(
            Convert.ToBase64String(key.Public.ToSpki()), key.Public.Thumbprint, key.Algorithm, KeyCustody.BffCookie, name, client.UserAgent,
            client.Address, method);
    }

    private static Refusal RefusalOf(KeyChange change) => KeyRefusals.Of(change);
}
