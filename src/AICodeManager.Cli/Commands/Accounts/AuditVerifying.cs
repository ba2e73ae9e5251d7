using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin audit verify</c>: the running server proves its audit, which takes as long as there are events.</summary>
internal static class AuditVerifying
{
    /// <summary>Some 50,000 events a second are looked at.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public static Verb Build(Shell shell) => shell.Verb(
        "verify", "Prove the audit: ends with 1 when anything was altered, deleted, reordered or cut off.", [],
        async (call, cancellationToken) =>
        {
            var reply = await call.Connection.ReadAsync(
                new Request(HttpMethod.Get, "/admin/audit/verify") { Limit = Longest }, CliJson.Default.AuditProof, cancellationToken);
            var proof = reply.Value;
            call.Reporter.Answer(reply.Json, writer =>
            {
                if (proof.Faults is { Count: > 0 } faults)
                {
                    writer.Table(
                        ["what", "chain", "sequence", "event", "detail"],
                        faults.Select(one => (IReadOnlyList<string?>)[one.Kind, one.Chain, $"{one.Sequence}", one.Id, one.Detail]));
                }

                foreach (var note in proof.Notes ?? [])
                    writer.Line($"note: {note}");
                writer.Line(
                    $"{proof.Events} events in {proof.Chains} chains, {proof.Checkpoints} signed checkpoints, {proof.BeforeChain} events from before there were chains.");
                writer.Line(proof.Intact ? "The audit is intact." : "THE AUDIT IS NOT INTACT.");
            });
            return proof.Intact ? ExitCode.Ok : ExitCode.Failed;
        },
        "aicli admin audit verify", "aicli admin audit verify --json");
}

/// <summary>What the server found.</summary>
internal sealed record AuditProof(
    bool Intact, long Events, long Chains, long Checkpoints, long BeforeChain, IReadOnlyList<AuditProofFault>? Faults, IReadOnlyList<string>? Notes);

/// <param name="Kind">Such as <c>altered</c>, <c>deleted</c>, <c>cut_off</c>.</param>
internal sealed record AuditProofFault(string? Kind, string? Chain, long? Sequence, string? Id, string? Detail);
