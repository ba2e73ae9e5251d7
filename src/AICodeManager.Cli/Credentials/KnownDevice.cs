using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Credentials;

/// <summary>What an account of a server knows this device as. It outlives the login: it is for the next sign-in.</summary>
internal sealed record KnownDevice(ServerAddress Server, string Email, Secret Token)
{
    public bool IsFor(ServerAddress server, string email) =>
        Server == server && string.Equals(Email, email, StringComparison.OrdinalIgnoreCase);
}
