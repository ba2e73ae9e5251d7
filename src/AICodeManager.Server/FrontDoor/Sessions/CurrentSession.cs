using AICodeManager.Server.FrontDoor.Standing;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>The session that carries a request, as admission found it.</summary>
/// <param name="Version">For replacing it.</param>
/// <param name="SeenAt">The request before this one.</param>
/// <param name="User">The standing of its user now.</param>
public sealed record CurrentSession(
    Session Session, long Version, DateTimeOffset EndsAt, DateTimeOffset SeenAt, UserStanding User)
{
    public static CurrentSession? Of(HttpContext context) => context.Features.Get<CurrentSession>();

    /// <summary>Binds as an endpoint parameter; endpoints that need a sign-in always have one.</summary>
    public static ValueTask<CurrentSession?> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));
}
