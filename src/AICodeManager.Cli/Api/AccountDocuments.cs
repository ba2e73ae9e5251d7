using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Api;

internal sealed record User(string Id, string Email, string? Name, string? Role, DateTimeOffset? CreatedAt = null);

internal sealed record RegisterRequest(string Email, string Password, string? Name)
{
    public override string ToString() => $"registration of {Email}";
}

/// <param name="Device">What this device is known as to the account.</param>
internal sealed record LoginRequest(string Email, string Password, string? Code, string? Device = null, string Client = "api")
{
    public override string ToString() => $"sign-in of {Email}";
}

internal sealed record PasswordRequest(string CurrentPassword, string Password)
{
    public override string ToString() => "change of password";
}

internal sealed record PasswordResetRequest(string ResetToken, string Password)
{
    public override string ToString() => "reset of a password";
}

/// <summary>A session that had to make room for a new one.</summary>
internal sealed record EndedSession(string Id, string? Reason, DateTimeOffset? CreatedAt, string? Address, string? UserAgent);

internal sealed record RefreshRequest(string RefreshToken)
{
    public override string ToString() => "refresh";
}

/// <summary>What signing in gives. A class with no printed form: a record would print the tokens.</summary>
internal sealed class LoginAnswer
{
    public string? AccessToken { get; init; }

    public string? RefreshToken { get; init; }

    /// <summary>Seconds.</summary>
    public long? ExpiresIn { get; init; }

    public User? User { get; init; }

    public IReadOnlyList<EndedSession>? EndedSessions { get; init; }

    /// <exception cref="CliFailure">There is no token in the answer, or none that can be sent.</exception>
    public SavedLogin ToLogin(ServerAddress server, TimeProvider clock)
    {
        var token = new Secret(AccessToken ?? "");
        if (!AuthorizationHeader.Accepts(token))
            throw new CliFailure(ExitCode.Failed, $"{server} accepted the sign-in but gave no usable access token.");
        return new SavedLogin(
            server, token, RefreshToken is { Length: > 0 } spare ? new Secret(spare) : null,
            ExpiresIn is > 0 and < 1_000_000_000 ? clock.GetUtcNow().AddSeconds(ExpiresIn.Value) : null, User);
    }
}
