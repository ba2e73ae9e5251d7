using System.Net;
using System.Text.Json.Serialization;
using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Server.FrontDoor.Sessions.Risk;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>A session as the shared store keeps it: never its secret, only that secret's hash.</summary>
public sealed record Session
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required SessionKind Kind { get; init; }

    /// <summary>The user's epoch when it was opened; over when the user's has moved on.</summary>
    public required long Epoch { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How the person signed in: <c>password</c>, <c>password+code</c>, <c>passkey</c>, <c>oauth:google</c> …</summary>
    public required string Method { get; init; }

    /// <summary>Where it was opened, for people and for the risk judgement.</summary>
    public required Client Client { get; init; }

    /// <summary>What was proved last, when, and from where; it decays (<c>session.security.risk.step_up_lifetime</c>).</summary>
    public required Proof Proof { get; init; }

    /// <summary>Wrong answers to step-up demands since the last right one.</summary>
    public int FailedProofs { get; init; }

    /// <summary>SHA-256 of the secret in the cookie or in the current refresh token, base64url.</summary>
    public required string SecretHash { get; init; }

    /// <summary>The refresh token spent last; null for browsers and before the first refresh.</summary>
    public SpentToken? Spent { get; init; }
}

/// <summary>From where a person uses a session.</summary>
/// <param name="Address">As the edge settled it.</param>
/// <param name="UserAgent">The first 500 characters.</param>
public sealed record Client(string? Address, string? UserAgent, Place? Place)
{
    /// <summary>The address in comparable form; null when there was none.</summary>
    [JsonIgnore]
    public IPAddress? Ip { get; } = IPAddress.TryParse(Address, out var ip) ? ip : null;

    /// <summary>Whether a request comes from the same network and, where programs are noted, the very same one.</summary>
    public bool IsStill(HttpContext context) =>
        (UserAgent is null || UserAgent == Clients.UserAgentOf(context))
        && Networks.Compare(Ip, context.Connection.RemoteIpAddress) != Nearness.Other;
}

/// <summary>What a person proved, and under which circumstances.</summary>
public sealed record Proof(ProofLevel Level, DateTimeOffset At, Client Client);

/// <summary>
/// A refresh token that was exchanged a moment ago. Its successor lies encrypted under a key that only the spent token
/// itself gives, so that the same client may ask once more when the answer was lost, and the store can tell nobody.
/// </summary>
/// <param name="Hash">SHA-256 of the spent token's secret, base64url.</param>
/// <param name="Successor">The successor, sealed under the spent token.</param>
/// <param name="By">Who spent it.</param>
public sealed record SpentToken(string Hash, DateTimeOffset At, string Successor, Client By);
