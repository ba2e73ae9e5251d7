using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Api;

/// <summary>The routes under /keys: one's own devices.</summary>
internal sealed class KeyApi(ApiConnection connection)
{
    public Task<Reply<CreatedKey>> AddAsync(SigningKey pair, string name, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, "/keys")
            {
                Body = () => CliJson.Body(
                    new(pair.Public.ToPem(), name, pair.Algorithm.ToString()), CliJson.Default.AddKeyRequest),
                Proof = pair,
            },
            CliJson.Default.CreatedKey, cancellationToken);

    /// <param name="id">Of the key that signs the connection's requests.</param>
    public Task<Reply<CreatedKey>> RotateAsync(string id, SigningKey pair, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, $"{At(id)}/rotate")
            {
                Body = () => CliJson.Body(new(pair.Public.ToPem(), pair.Algorithm.ToString()), CliJson.Default.RotateKeyRequest),
                Proof = pair,
            },
            CliJson.Default.CreatedKey, cancellationToken);

    /// <summary>A known device's way back without a password.</summary>
    public Task<Reply<CreatedKey>> ReEnrolAsync(SigningKey pair, ReEnrolRequest request, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, "/keys/re-enrol")
            {
                Body = () => CliJson.Body(request, CliJson.Default.ReEnrolRequest), Proof = pair, Anonymous = true, Unsigned = true,
            },
            CliJson.Default.CreatedKey, cancellationToken);

    public Task<Reply<IReadOnlyList<KeyView>>> ListAsync(CancellationToken cancellationToken) =>
        connection.ListAsync("/keys", CliJson.Default.KeyView, cancellationToken);

    public Task RevokeAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, At(id)), cancellationToken);

    public Task RevokeAllAsync(CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, "/keys"), cancellationToken);

    public Task RevokeOthersAsync(CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, "/keys?except=current"), cancellationToken);

    public Task ResumeAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Post, $"{At(id)}/resume"), cancellationToken);

    private static string At(string id) => $"/keys/{Route.Segment(id)}";
}
