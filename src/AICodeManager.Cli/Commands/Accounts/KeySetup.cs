using System.Net;
using AICodeManager.Cli.Credentials;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>The key of a device that has just signed in by password.</summary>
internal sealed class KeySetup(Invocation call, SavedLogin login)
{
    // Asked for unsigned: what is here may not be accepted any more, and the session is fresh.
    private readonly KeyCare care =
        new(call.Connection.As(SignIn.Of(login, key: null, call.Surroundings)), call.KeyFile, call.Surroundings);

    /// <summary>Sees to a key. Without one the login is good all the same, unless a kind of key was asked for by name.</summary>
    public async Task<DeviceKey?> EnsureAsync(SignatureAlgorithm? algorithm, CancellationToken cancellationToken)
    {
        try
        {
            return await care.EnsureAsync(login.User?.Id, algorithm, cancellationToken);
        }
        catch (CliFailure failure) when (algorithm is null && failure.Exit is not ExitCode.Usage)
        {
            call.Reporter.Notice(failure.Problem?.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                ? "This server takes no keys: requests go unsigned."
                : $"Requests go unsigned, as no key could be made: {failure.Message}");
            return null;
        }
    }

    /// <summary>Ends the key that is here, if there is one.</summary>
    public async Task<DeviceKey?> WithoutAsync(CancellationToken cancellationToken)
    {
        if (call.KeyFile.Load() is not { } key)
            return null;
        await care.RetireAsync(key, cancellationToken);
        call.Reporter.Notice($"This device's key {key.Id} is revoked; requests go unsigned.");
        return null;
    }
}
