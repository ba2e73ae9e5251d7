namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>A proof that a request carries: its own seal or signature is right; whether its session lives is admission's question.</summary>
/// <param name="TokenId">The access token that carries it; empty for a cookie.</param>
/// <param name="Cookie">The session cookie that carries it; null for a token.</param>
public sealed record Credential(Guid UserId, Guid SessionId, Guid TokenId, SessionTicket? Cookie)
{
    public static Credential? Of(HttpContext context) => context.Features.Get<Credential>();
}
