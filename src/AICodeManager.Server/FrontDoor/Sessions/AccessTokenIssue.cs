using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Mints the access tokens of a session: none outlives it.</summary>
public sealed class AccessTokenIssue(AccessTokens tokens, Settings settings, TimeProvider time)
{
    public (Secret Token, TimeSpan Lifetime) For(UserStanding user, Guid sessionId, DateTimeOffset sessionEndsAt)
    {
        // Whole seconds, as the token's own times are (RFC 7519, NumericDate).
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var expires = now + settings.Jwt.Expiry < sessionEndsAt ? now + settings.Jwt.Expiry : sessionEndsAt;
        var permissions = settings.Rbac.Roles.GetValueOrDefault(user.Role)?.Permissions ?? [];
        var token = tokens.Mint(new AccessClaims(user.Id, sessionId, Guid.NewGuid(), user.Role, permissions, now, expires));
        return (token, expires - now);
    }
}
