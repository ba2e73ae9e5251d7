using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Credentials;

/// <summary>A sign-in as it is kept between commands. The tokens belong to <paramref name="Server"/> and go nowhere else.</summary>
internal sealed record SavedLogin(
    ServerAddress Server, Secret AccessToken, Secret? RefreshToken, DateTimeOffset? ExpiresAt, User? User);
