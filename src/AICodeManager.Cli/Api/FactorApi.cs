namespace AICodeManager.Cli.Api;

/// <summary>Fresh proofs and second factors: /auth/step-up, /auth/totp, /auth/passkeys.</summary>
internal sealed class FactorApi(ApiConnection connection)
{
    public Task StepUpAsync(ProofRequest proof, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Post, "/auth/step-up") { Body = () => CliJson.Body(proof, CliJson.Default.ProofRequest), IsProof = true },
            cancellationToken);

    public Task<Reply<TotpSecret>> BeginTotpAsync(CancellationToken cancellationToken) =>
        connection.ReadAsync(new Request(HttpMethod.Post, "/auth/totp"), CliJson.Default.TotpSecret, cancellationToken);

    public Task<Reply<RecoveryCodes>> ConfirmTotpAsync(string code, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, "/auth/totp/confirm") { Body = () => CliJson.Body(new(code), CliJson.Default.CodeRequest) },
            CliJson.Default.RecoveryCodes, cancellationToken);

    public Task EndTotpAsync(CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, "/auth/totp"), cancellationToken);

    public Task<Reply<RecoveryCodes>> RenewRecoveryCodesAsync(CancellationToken cancellationToken) =>
        connection.ReadAsync(new Request(HttpMethod.Post, "/auth/totp/recovery-codes"), CliJson.Default.RecoveryCodes, cancellationToken);

    public Task<Reply<IReadOnlyList<Passkey>>> ListPasskeysAsync(CancellationToken cancellationToken) =>
        connection.ListAsync("/auth/passkeys", CliJson.Default.Passkey, cancellationToken);

    public Task RemovePasskeyAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, $"/auth/passkeys/{Route.Segment(id)}"), cancellationToken);
}
