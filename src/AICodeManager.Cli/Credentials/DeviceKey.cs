using AICodeManager.Cli.Api;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Credentials;

/// <summary>The key pair of this device at one server. A class with no printed form.</summary>
/// <param name="id">What the server knows it by.</param>
/// <param name="userId">Whose device this is; null where the server did not say.</param>
internal sealed class DeviceKey(ServerAddress server, string id, string? userId, SigningKey pair, CreatedKey? registered)
{
    public ServerAddress Server { get; } = server;

    public string Id { get; } = id;

    public string? UserId { get; } = userId;

    public SigningKey Pair { get; } = pair;

    /// <summary>What the server answered when it was registered.</summary>
    public CreatedKey? Registered { get; } = registered;
}
