using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Tests.Fixtures;

/// <summary>The audit of a test that has no server: every call is one process more that writes to the database.</summary>
internal static class AuditWriting
{
    public static readonly Secret Root = new("the root key of all tests, long enough");

    public static AuditNode Node { get; } = new("test-node", Path.GetTempPath());

    public static AuditLanes Lanes(Database database, TimeProvider? time = null) =>
        new(database, new ChainKeys(new RootKeys(Root)), Node, time ?? TimeProvider.System);

    public static AuditTrail Trail(Database database, TimeProvider? time = null, params IEnumerable<IAuditObserver> observers) =>
        new(database, Lanes(database, time), time ?? TimeProvider.System, AuditChoice.Everything, observers);
}
