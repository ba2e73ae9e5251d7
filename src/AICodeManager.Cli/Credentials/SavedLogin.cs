using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Credentials;

/// <summary>A sign-in as it is kept between commands. The tokens belong to <paramref name="Server"/> and go nowhere else.</summary>
/// <param name="AccessToken">Null once the session is over, where the device's key goes on alone.</param>
internal sealed record SavedLogin(
    ServerAddress Server, Secret? AccessToken, Secret? RefreshToken, DateTimeOffset? ExpiresAt, User? User)
{
    /// <summary>Who signed in and where, without the session.</summary>
    public SavedLogin WithoutSession() => this with { AccessToken = null, RefreshToken = null, ExpiresAt = null };
}
