using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>What opening every sealed value told.</summary>
/// <param name="Opened">Values that opened.</param>
/// <param name="Faults">Those that did not, first to last.</param>
public sealed record VerificationResult(long Opened, IReadOnlyList<VaultFault> Faults);

/// <summary>A value that does not open.</summary>
/// <param name="Field"><c>table.column</c>.</param>
/// <param name="Why">Short words, without anything of the value.</param>
public sealed record VaultFault(string Field, string Row, string Why)
{
    public override string ToString() => $"{Field} {Row}: {Why}";
}

/// <summary>Opens every sealed value there is, and names those that do not open.</summary>
public sealed class VaultVerification(Database database, VaultKeys keys, FieldVault vault, AuditTrail audit)
{
    public async Task<VerificationResult> RunAsync(IProgress<RotationProgress>? progress, CancellationToken cancel)
    {
        long opened = 0;
        List<VaultFault> faults = [];
        foreach (var column in SealedColumns.All)
        {
            var walk = new SealedWalk(database, column);
            var where = SealedWalk.Sealed(column);
            var total = await walk.CountAsync(where, cancel);
            long done = 0;
            await foreach (var page in walk.PagesAsync(where, cancel))
            {
                foreach (var row in page)
                {
                    done++;
                    if (!SealedText.TryParse(row.Text, out _) && column.Optional)
                    {
                        continue; // in clear, and only begins like a sealed text
                    }

                    if (WhyNot(column, row) is { } why)
                    {
                        faults.Add(new VaultFault(column.Name, row.Name, why));
                    }
                    else
                    {
                        opened++;
                    }

                    progress?.Report(new RotationProgress(column.Name, Math.Min(done, total), total));
                }
            }
        }

        if (faults.Count > 0)
        {
            await audit.RecordAsync(RequestOrigin.System, new AuditEvent("vault_verification_failed")
            {
                Outcome = AuditOutcome.Failure,
                Details = new Dictionary<string, object?> { ["fields"] = faults.Count, ["first"] = $"{faults[0].Field} {faults[0].Row}" },
            }, cancel);
        }

        return new VerificationResult(opened, faults);
    }

    private string? WhyNot(SealedColumn column, SealedRow row)
    {
        if (!SealedText.TryParse(row.Text, out var parsed))
        {
            return "is not sealed";
        }

        var plain = vault.OpenBytes(row.Text, column.PlaceOf(row.Name, row.Version));
        return plain is not null ? null
            : parsed.Number == SealedText.FirstForm ? "is of the first form, and altered, moved, put back or sealed under another configured key"
            : keys.Find(parsed.Number) is null ? $"needs key {parsed.Number}, which is missing or does not open"
            : "was altered, moved from another place, or an older value was put back";
    }
}
