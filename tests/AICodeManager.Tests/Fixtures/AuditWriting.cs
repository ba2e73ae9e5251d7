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

namespace AICodeManager.Tests.Fixtures;

/// <summary>The audit of a test that has no server: every call is one process more that writes to the database.</summary>
internal static class AuditWriting
{
    public static readonly Secret Root = new("the root key of all tests, long enough");

    public static AuditNode Node => new("test-node", Path.Combine(Path.GetTempPath(), $"aicli-test-{Guid.NewGuid():N}"));

    public static AuditLanes Lanes(Database database, TimeProvider? time = null) =>
        new(database, new ChainKeys(new RootKeys(Root)), Node, time ?? TimeProvider.System);

    public static AuditTrail Trail(Database database, TimeProvider? time = null, params IEnumerable<IAuditObserver> observers) =>
        new(database, Lanes(database, time), Files(Node, AuditStorage.Database), Spool(Node, observers), time ?? TimeProvider.System, AuditChoice.Everything, observers);

    public static AuditFiles Files(AuditNode node, AuditStorage storage, TimeProvider? time = null) =>
        new(node, new ChainKeys(new RootKeys(Root)), storage, time ?? TimeProvider.System, NullLogger<AuditFiles>.Instance);

    public static AuditSpool Spool(AuditNode node, params IEnumerable<IAuditObserver> observers) =>
        new(node, new ChainKeys(new RootKeys(Root)), new Meters(), NullLogger<AuditSpool>.Instance, observers);

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
