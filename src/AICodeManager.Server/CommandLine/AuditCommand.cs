using System.Text.Json;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;
using AICodeManager.Server.Keeping.Vault;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web audit verify</c>: proves the audit from what is stored. Exit code 1 when anything is not as it was written.</summary>
internal static class AuditCommand
{
    public static async Task<int> VerifyAsync(bool json, CancellationToken cancel)
    {
        var settings = ConfigurationLoader.LoadForThisProcess().Settings;
        await using var database = ServerHost.OpenDatabase(settings);
        var (keys, node) = (new ChainKeys(new RootKeys(settings)), AuditNode.Of(settings));
        using var none = new AuditLanes(database, keys, node, TimeProvider.System);
        var progress = json || Console.IsErrorRedirected ? null : new Bar();
        await using var off = new AuditFiles(node, keys, AuditStorage.Database, TimeProvider.System, NullLogger<AuditFiles>.Instance);
        var report = await new AuditVerifier(database, keys, node, none, off).VerifyAsync(progress, cancel);
        progress?.Clear();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, WireJson.Options));
            return report.Intact ? 0 : 1;
        }

        foreach (var note in report.Notes)
        {
            Console.WriteLine($"note: {note}");
        }

        foreach (var fault in report.Faults)
        {
            Console.WriteLine(fault);
        }

        Console.WriteLine(
            $"{report.Events} events in {report.Chains} chains, {report.Checkpoints} signed checkpoints, {report.BeforeChain} events from before there were chains.");
        Console.WriteLine(report.Intact ? "The audit is intact." : "THE AUDIT IS NOT INTACT.");
        return report.Intact ? 0 : 1;
    }

    // One line of the terminal, written over.
    private sealed class Bar : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) =>
            Console.Error.Write($"\r{value.Checked} of {value.Total} events ({100 * value.Checked / Math.Max(1, value.Total)} %)");

        public void Clear() => Console.Error.Write("\r" + new string(' ', 60) + "\r");
    }
}
