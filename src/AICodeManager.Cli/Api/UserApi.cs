namespace AICodeManager.Cli.Api;

/// <summary>The routes under /admin/users.</summary>
internal sealed class UserApi(ApiConnection connection)
{
    /// <param name="email">A part of the address.</param>
    public Task<Reply<IReadOnlyList<AdminUser>>> ListAsync(
        string? email, string? role, bool? disabled, CancellationToken cancellationToken)
    {
        var query = new List<string>();
        if (email is not null)
            query.Add($"email={Uri.EscapeDataString(email)}");
        if (role is not null)
            query.Add($"role={Uri.EscapeDataString(role)}");
        if (disabled is { } only)
            query.Add($"disabled={(only ? "true" : "false")}");
        return connection.ListAsync(
            query.Count == 0 ? "/admin/users" : $"/admin/users?{string.Join('&', query)}", CliJson.Default.AdminUser, cancellationToken);
    }

    public Task<Reply<AdminUser>> GetAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync(At(id), CliJson.Default.AdminUser, cancellationToken);

    public Task<Reply<CreatedUser>> CreateAsync(CreateUserRequest request, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, "/admin/users") { Body = () => CliJson.Body(request, CliJson.Default.CreateUserRequest) },
            CliJson.Default.CreatedUser, cancellationToken);

    public Task<Reply<AdminUser>> UpdateAsync(string id, UpdateUserRequest request, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Put, At(id)) { Body = () => CliJson.Body(request, CliJson.Default.UpdateUserRequest) },
            CliJson.Default.AdminUser, cancellationToken);

    public Task LogoutAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Post, $"{At(id)}/logout"), cancellationToken);

    public Task<Reply<IssuedReset>> ResetPasswordAsync(string id, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, $"{At(id)}/password-reset"), CliJson.Default.IssuedReset, cancellationToken);

    private static string At(string id) => $"/admin/users/{Route.Segment(id)}";
}
