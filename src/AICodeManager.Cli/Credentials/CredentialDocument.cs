using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Credentials;

/// <summary>The file's form. Only <see cref="CredentialFile"/> handles it: it holds tokens as plain text.</summary>
internal sealed class CredentialDocument
{
    /// <summary>Accounts that this device is remembered for; the latest ones stay.</summary>
    private const int MostDevices = 20;

    public string? Server { get; init; }

    public string? AccessToken { get; init; }

    public string? RefreshToken { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public User? User { get; init; }

    public IReadOnlyList<DeviceDocument>? Devices { get; init; }

    public static CredentialDocument Of(SavedLogin? login, IEnumerable<KnownDevice> devices) => new()
    {
        Server = login?.Server.ToString(),
        AccessToken = login?.AccessToken?.Reveal(),
        RefreshToken = login?.RefreshToken?.Reveal(),
        ExpiresAt = login?.ExpiresAt,
        User = login?.User,
        Devices = [.. devices.Take(MostDevices).Select(one => new DeviceDocument
        {
            Server = one.Server.ToString(), Email = one.Email, Token = one.Token.Reveal(),
        })],
    };

    /// <summary>Null where a part is missing that nothing works without.</summary>
    public SavedLogin? ToLogin() =>
        ServerAddress.TryParse(Server, out var server) && (!string.IsNullOrEmpty(AccessToken) || User is not null)
            ? new SavedLogin(server, SecretOf(AccessToken), SecretOf(RefreshToken), ExpiresAt, User)
            : null;

    private static Secret? SecretOf(string? text) => text is { Length: > 0 } ? new Secret(text) : null;

    public IReadOnlyList<KnownDevice> ToDevices() =>
    [
        .. (Devices ?? []).Select(one => one.ToDevice()).OfType<KnownDevice>(),
    ];
}

internal sealed class DeviceDocument
{
    public string? Server { get; init; }

    public string? Email { get; init; }

    public string? Token { get; init; }

    public KnownDevice? ToDevice() =>
        ServerAddress.TryParse(Server, out var server) && Email is { Length: > 0 } email && DeviceHeader.Usable(Token) is { } token
            ? new KnownDevice(server, email, token)
            : null;
}
