using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Api;

/// <summary>The routes under /auth for signing in and for one's own account.</summary>
internal sealed class AccountApi(ApiConnection connection)
{
    public Task<Reply<User>> RegisterAsync(RegisterRequest request, CancellationToken cancellationToken) =>
        connection.AskAsync(
            HttpMethod.Post, "/auth/register", CliJson.Body(request, CliJson.Default.RegisterRequest), CliJson.Default.User, cancellationToken);

    public Task<Reply<LoginAnswer>> LoginAsync(LoginRequest request, CancellationToken cancellationToken) =>
        connection.AskAsync(
            HttpMethod.Post, "/auth/login", CliJson.Body(request, CliJson.Default.LoginRequest), CliJson.Default.LoginAnswer, cancellationToken);

    public Task LogoutAsync(CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Post, "/auth/logout"), cancellationToken);

    public Task<Reply<User>> WhoAmIAsync(CancellationToken cancellationToken) =>
        connection.GetAsync("/auth/me", CliJson.Default.User, cancellationToken);

    public Task<Reply<User>> RenameAsync(string name, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Put, "/auth/me") { Body = () => CliJson.Body(new(name), CliJson.Default.NameRequest) },
            CliJson.Default.User, cancellationToken);

    /// <summary>The new password makes every device a stranger but this one: the answer says what it is known as now.</summary>
    public async Task<Secret?> ChangePasswordAsync(PasswordRequest change, CancellationToken cancellationToken)
    {
        using var answer = await connection.SendAsync(
            new Request(HttpMethod.Post, "/auth/password") { Body = () => CliJson.Body(change, CliJson.Default.PasswordRequest) },
            HttpCompletionOption.ResponseContentRead, cancellationToken);
        return DeviceHeader.Of(answer);
    }

    public Task ResetPasswordAsync(PasswordResetRequest reset, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Post, "/auth/password/reset")
            {
                Body = () => CliJson.Body(reset, CliJson.Default.PasswordResetRequest), Anonymous = true, Unsigned = true,
            },
            cancellationToken);
}
