using System.Diagnostics;
using System.Globalization;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Audit;

/// <summary>Kills a process in the middle of 10,000 audited changes, and counts what is there.</summary>
internal static class AuditKillBench
{
    public static async Task<int> RunAsync(int rounds, CancellationToken cancel)
    {
        using var folder = new ScratchFolder();
        await using var postgres = await LocalPostgres.StartAsync(folder.Make("postgres"), cancel);
        var table = new Table("database", "acknowledged", "kept", "acknowledged, missing", "changes without event", "events without change", "chains", "audit");
        var whole = true;
        for (var round = 0; round < rounds; round++)
        {
            whole &= await KillAsync(table, "sqlite", folder.Make($"sqlite{round}"), null, cancel);
            whole &= await KillAsync(
                table, "postgresql", folder.Make($"postgresql{round}"), postgres.Url(await postgres.NewDatabaseAsync(cancel)).Reveal(), cancel);
        }

        table.Print();
        return whole ? 0 : 1;
    }

    private static async Task<bool> KillAsync(Table table, string name, string data, string? database, CancellationToken cancel)
    {
        var acknowledged = await AcknowledgedAsync(data, database, Random.Shared.Next(AuditWriter.Changes / 4, AuditWriter.Changes * 3 / 4), cancel);
        await using var process = await AuditProcess.OpenAsync(data, database, cancel);
        var changes = (await process.Database.ReadAsync(r => r.QueryAsync<long>("SELECT number FROM changes"), cancel)).ToHashSet();
        var told = (await process.Database.ReadAsync(r => r.QueryAsync<string>("SELECT resource_id FROM audit_events WHERE name = 'changed'"), cancel))
            .Select(id => long.Parse(id, CultureInfo.InvariantCulture)).ToHashSet();
        var report = await process.VerifyAsync(cancel);
        var missing = acknowledged.Count(number => !changes.Contains(number) || !told.Contains(number));
        var (untold, unmade) = (changes.Except(told).Count(), told.Except(changes).Count());
        table.Add(
            name, $"{acknowledged.Count:n0}", $"{changes.Count:n0}", $"{missing}", $"{untold}", $"{unmade}", $"{report.Chains}",
            report.Intact ? "intact" : $"{report.Faults[0]}");
        return report.Intact && missing + untold + unmade == 0;
    }

    private static async Task<HashSet<long>> AcknowledgedAsync(string data, string? database, int enough, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(AuditKillBench).Assembly.Location, "audit-writer", "--data", data, .. database is null ? Array.Empty<string>() : ["--database", database]])
        {
            RedirectStandardOutput = true,
        })!;
        HashSet<long> acknowledged = [];
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(AuditWriter.Acknowledged, StringComparison.Ordinal)
                && long.TryParse(line.AsSpan(AuditWriter.Acknowledged.Length), CultureInfo.InvariantCulture, out var number)
                && acknowledged.Add(number) && acknowledged.Count == enough)
                process.Kill(); // SIGKILL; what it had said before is still read
        }

        await process.WaitForExitAsync(cancel);
        if (process.ExitCode == 0 || acknowledged.Count < enough)
            throw new BenchException("The writer ended before it was killed.");
        return acknowledged;
    }
}
