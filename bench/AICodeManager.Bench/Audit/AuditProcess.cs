using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;
using AICodeManager.Server.Keeping.Audit.Spool;
using AICodeManager.Server.Keeping.Vault;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Bench.Audit;

/// <summary>The audit without its server: events go to the table and to files.</summary>
internal sealed class AuditProcess : IAsyncDisposable
{
    private readonly ChainKeys keys = new(new RootKeys(new Secret("the root key of a measurement, long enough")));
    private readonly AuditNode node;
    private readonly AuditLanes lanes;
    private readonly AuditFiles files;

    private AuditProcess(Database database, AuditNode node)
    {
        (Database, this.node) = (database, node);
        lanes = new AuditLanes(database, keys, node, TimeProvider.System);
        files = new AuditFiles(node, keys, AuditStorage.Both, TimeProvider.System, NullLogger<AuditFiles>.Instance);
        Trail = new AuditTrail(database, lanes, files, new AuditSpool(node, keys, new Meters(), NullLogger<AuditSpool>.Instance), TimeProvider.System, AuditChoice.Everything);
    }

    public Database Database { get; }

    public AuditTrail Trail { get; }

    /// <param name="database">A PostgreSQL address; null for SQLite in the folder.</param>
    public static async Task<AuditProcess> OpenAsync(string data, string? database, CancellationToken cancel)
    {
        var opened = database is null ? Database.Sqlite(Path.Combine(data, "audit.db")) : Database.Postgres(new Secret(database));
        await Migrator.ApplyAsync(opened, TimeProvider.System, cancel);
        await opened.WriteAsync(t => t.ExecuteAsync("CREATE TABLE IF NOT EXISTS changes (number BIGINT PRIMARY KEY)"), cancel);
        return new AuditProcess(opened, AuditNode.Of(Path.Combine(data, "audit")));
    }

    public Task<AuditReport> VerifyAsync(CancellationToken cancel) => new AuditVerifier(Database, keys, node, lanes, files).VerifyAsync(null, cancel);

    public async ValueTask DisposeAsync()
    {
        await files.DisposeAsync();
        lanes.Dispose();
        await Database.DisposeAsync();
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
