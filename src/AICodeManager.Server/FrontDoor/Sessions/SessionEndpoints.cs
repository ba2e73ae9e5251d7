using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>One's own sessions: see them, end one, all, or all others.</summary>
public static class SessionEndpoints
{
    public sealed record SessionView(
        Guid Id, SessionKind Kind, bool Current, string Method, string Device, string? Address, string? UserAgent, PlaceView? Place,
        DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt);

    public sealed record PlaceView(string? City, string? Country);

    public static void MapSessionRoutes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/sessions");
        group.MapGet("/", ListAsync).NeedsSignIn();
        group.MapDelete("/{id:guid}", EndAsync).NeedsSignIn();
        group.MapDelete("/", EndAllAsync).NeedsSignIn();
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, Caller caller, CurrentSession? current, SessionStore sessions, StandingStore standings, CancellationToken cancel)
    {
        var records = await sessions.ListAsync(caller.UserId, cancel);
        var epoch = (current?.User ?? await standings.LoadAsync(caller.UserId, cancel))?.Epoch;
        SessionView[] views =
        [
            .. records.Select(r => (Record: r, Session: sessions.Open(caller.UserId, r)))
                .Where(s => s.Session?.Epoch == epoch)
                .Select(s => View(s.Session!, s.Record, caller.SessionId))
                .OrderByDescending(v => v.LastSeenAt),
        ];
        return new Page<SessionView>(views, null).ToResult(context, views.Length);
    }

    private static async Task<IResult> EndAsync(
        Guid id, HttpContext context, Caller caller, CurrentSession? current, RequestOrigin origin, SessionStore sessions, SessionCookie cookie)
    {
        var own = id == caller.SessionId;
        if (!await sessions.EndAsync(caller.UserId, id, own ? SessionEnd.SignedOut : SessionEnd.Ended, origin))
        {
            return Refusals.NotFound();
        }

        if (own && current?.Session.Kind == SessionKind.Browser)
        {
            cookie.Clear(context);
        }

        return TypedResults.NoContent();
    }

    private static async Task<IResult> EndAllAsync(
        HttpContext context, Caller caller, CurrentSession? current, RequestOrigin origin, SessionStore sessions, SessionCookie cookie)
    {
        var except = (string?)context.Request.Query["except"];
        if (except is not (null or "current"))
        {
            return Refusals.InvalidInput("except", "must be current, or be left out to end this session too");
        }

        if (except is not null && current is null)
        {
            return Refusals.InvalidInput("except", "cannot be current: no session carries this request, its signature does");
        }

        await sessions.EndAllAsync(caller.UserId, except is null ? null : caller.SessionId, SessionEnd.Ended, origin);
        if (except is null && current?.Session.Kind == SessionKind.Browser)
        {
            cookie.Clear(context);
        }

        return TypedResults.NoContent();
    }

    private static SessionView View(Session session, StoredRecord record, Guid? current) => new(
        session.Id, session.Kind, session.Id == current, session.Method, Risk.UserAgent.Parse(session.Client.UserAgent).ToString(),
        session.Client.Address, session.Client.UserAgent,
        session.Client.Place is { } place ? new PlaceView(place.City, place.Country) : null,
        session.CreatedAt, record.SeenAt, record.EndsAt);
}
