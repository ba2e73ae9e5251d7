using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Spool;
using AICodeManager.Server.Keeping.Checks.Advisories;
using AICodeManager.Server.Keeping.Checks.Readings;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Server.Work.Sandbox;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>Sets scenes: the live system as it is now, for one run.</summary>
public sealed class CheckScenes(
    Settings settings, Database database, ICoordination coordination, Sandboxes sandboxes, VaultOpening opening, VaultVerification verification,
    AuditVerifier audit, AuditSpool spool, BackupDrill drill,
    IServiceProvider services, TimeProvider time)
{
    private readonly Lazy<AdvisoryFile> shipped = new(AdvisoryFile.Shipped);

    /// <param name="host">Read earlier; null to read it now.</param>
    /// <param name="notices">Of a configuration that was just read; null where it was not.</param>
    /// <param name="advisories">Instead of the ones that ship.</param>
    public CheckScene Set(
        Reviews reviews, HostReading? host, IReadOnlyList<ConfigurationNotice>? notices, AdvisoryFile? advisories, CancellationToken cancel)
    {
        var redis = Once(() => RedisReading.ReadAsync(settings.Session, time, cancel));
        var postgres = Once(() => PostgresReading.ReadAsync(database, time, cancel));
        var sandbox = Once(() => SandboxReading.ReadAsync(sandboxes, time, cancel));
        return new()
        {
            Settings = settings,
            Database = database,
            Coordination = coordination,
            Time = time,
            Period = ReviewWords.Period(reviews),
            Notices = notices,
            Host = host ?? HostReading.Read(settings, null),
            Redis = redis,
            Postgres = postgres,
            Server = Once(() => ServerReading.ReadAsync(Addresses(), cancel)),
            Sandbox = sandbox,
            Vault = Once(() => VaultReading.ReadAsync(opening, verification, cancel)),
            AuditWaits = () => spool.HasAny,
            ProveAudit = stop => audit.VerifyAsync(null, stop),
            Drill = drill,
            Inventory = Once(async () => Inventory.Of(await OrNull(postgres), await OrNull(redis), await OrNull(sandbox))),
            Advisories = advisories ?? shipped.Value,
        };
    }

    // Where this process listens; another one knows only what is configured.
    private IEnumerable<string> Addresses() =>
        services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } listening ? listening : settings.Host.Urls;

    private static Lazy<Task<T>> Once<T>(Func<Task<T>> read) => new(() => Task.Run(read));

    // A store that is away is told of by its own items.
    private static async Task<T?> OrNull<T>(Lazy<Task<T>> reading) where T : class?
    {
        try
        {
            return await reading.Value;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
