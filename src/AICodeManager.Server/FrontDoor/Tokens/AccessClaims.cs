namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>What an access token says (spec A5). Times are carried as whole seconds.</summary>
/// <param name="TokenId"><c>jti</c>: what a single token is revoked by.</param>
/// <param name="Permissions">For clients to read; this server asks its own configuration.</param>
public sealed record AccessClaims(
    Guid UserId, Guid SessionId, Guid TokenId, string Role, IReadOnlyList<string> Permissions, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>What a genuine token of this server says, without its permissions: a decision never rests on a copy of them.</summary>
/// <param name="Role">The role when the token was made.</param>
public readonly record struct AccessToken(
    Guid UserId, Guid SessionId, Guid TokenId, string Role, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>Why a token is refused, as far as its bearer may know.</summary>
public enum TokenFault
{
    /// <summary>Not a token of the form that this server makes.</summary>
    Malformed,

    /// <summary>Signature, key, algorithm, type, issuer or audience is not this server's.</summary>
    Invalid,

    Expired,

    /// <summary>Made for a later time than now.</summary>
    NotYetValid,
}

/// <summary>What reading a token gave: claims, or a fault. The default value is a refusal.</summary>
public readonly record struct TokenReading
{
    /// <summary>Null where the token is refused.</summary>
    public AccessToken? Token { get; private init; }

    /// <summary>Tells something only where <see cref="Token"/> is null.</summary>
    public TokenFault Fault { get; private init; }

    /// <summary>For the audit and the log; a fixed text that repeats nothing of the token.</summary>
    public string? PrivateReason { get; private init; }

    /// <summary>Whether another look at the stored keys might change the answer.</summary>
    internal bool KeyIsUnknown { get; private init; }

    internal static TokenReading Of(AccessToken token) => new() { Token = token };

    internal static TokenReading Refused(TokenFault fault, string reason, bool keyIsUnknown = false) =>
        new() { Fault = fault, PrivateReason = reason, KeyIsUnknown = keyIsUnknown };
}
