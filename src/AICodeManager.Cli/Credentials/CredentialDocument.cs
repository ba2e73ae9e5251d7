using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Credentials;

/// <summary>The file's form. Only <see cref="CredentialFile"/> handles it: it holds tokens as plain text.</summary>
internal sealed class CredentialDocument
{
    public string? Server { get; init; }

    public string? AccessToken { get; init; }

    public string? RefreshToken { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public User? User { get; init; }

    public static CredentialDocument From(SavedLogin login) => new()
    {
        Server = login.Server.ToString(),
        AccessToken = login.AccessToken.Reveal(),
        RefreshToken = login.RefreshToken?.Reveal(),
        ExpiresAt = login.ExpiresAt,
        User = login.User,
    };

    /// <summary>Null where a part is missing that nothing works without.</summary>
    public SavedLogin? ToLogin() =>
        ServerAddress.TryParse(Server, out var server) && !string.IsNullOrEmpty(AccessToken)
            ? new SavedLogin(
                server, new Secret(AccessToken), RefreshToken is { Length: > 0 } token ? new Secret(token) : null, ExpiresAt, User)
            : null;
}
