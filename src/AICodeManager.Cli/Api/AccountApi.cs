namespace AICodeManager.Cli.Api;

/// <summary>The routes under /auth that a client needs.</summary>
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
}
