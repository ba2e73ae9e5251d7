using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Checks.Advisories;
using AICodeManager.Server.Keeping.Checks.Readings;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>
/// What items look at. Readings of the world outside are made at most once in a run, when the first item asks; tests put
/// others in their place. What the database holds, items ask it themselves.
/// </summary>
public sealed record CheckScene
{
    public required Settings Settings { get; init; }
    public required Database Database { get; init; }

    /// <summary>Asked only where it is shared by several nodes: another process cannot look into an embedded one.</summary>
    public required ICoordination Coordination { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>What is counted is counted over this time.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>What the configuration was found to lack; null where it was read by somebody else.</summary>
    public required IReadOnlyList<ConfigurationNotice>? Notices { get; init; }

    public required HostReading Host { get; init; }

    /// <summary>Null where Redis is not configured.</summary>
    public required Lazy<Task<RedisReading?>> Redis { get; init; }

    /// <summary>Null where the database is another.</summary>
    public required Lazy<Task<PostgresReading?>> Postgres { get; init; }

    /// <summary>Null where no server answers at the configured address.</summary>
    public required Lazy<Task<ServerReading?>> Server { get; init; }

    public required Lazy<Task<SandboxReading>> Sandbox { get; init; }

    public required Lazy<Task<VaultReading>> Vault { get; init; }

    /// <summary>Whether audit events wait beside the database to be written.</summary>
    public required Func<bool> AuditWaits { get; init; }

    /// <summary>Verifies the audit's chains.</summary>
    public required Func<CancellationToken, Task<AuditReport>> ProveAudit { get; init; }

    public required BackupDrill Drill { get; init; }

    public required Lazy<Task<Inventory>> Inventory { get; init; }

    public required AdvisoryFile Advisories { get; init; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Runs a query of one item.</summary>
    public Task<T> ReadAsync<T>(Func<Reader, Task<T>> query, CancellationToken cancel) => Database.ReadAsync(query, cancel);
}
