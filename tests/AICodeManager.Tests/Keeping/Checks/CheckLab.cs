using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AICodeManager.Server;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Checks;
using AICodeManager.Server.Keeping.Checks.Advisories;
using AICodeManager.Server.Keeping.Checks.Figures;
using AICodeManager.Server.Keeping.Checks.Readings;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>A healthy system of one test's own: a real database and configuration, and readings of a world that is in order.</summary>
internal sealed class CheckLab : IAsyncDisposable
{
    public const string Admin = "11111111-1111-7111-8111-111111111111", Weak = "aaaaaaaabbbbbbbbccccccccddddddddeeee";

    private const string Config = """
        server: { host: "0.0.0.0", port: 8443, allowed_hosts: ["manager.example"] }
        security: { tls: { enabled: true, cert_file: cert.pem, key_file: key.pem } }
        jwt: { algorithm: ES256 }
        oauth2:
          google: { client_id: "1234.apps", client_secret: "GOCSPX-9f8e7d6c5b4a", redirect_url: "https://manager.example/auth/callback/google" }
        database: { backup: { folder: backups } }
        audit: { streams: [ { type: webhook, url: "https://siem.example/hook", secret: "z9x8c7v6b5n4m3a2s1d0f9g8h7j6k5l4" } ] }
        monitoring:
          telemetry: { endpoint: "https://otel.example" }
          alerts: { channels: [ { type: webhook, url: "https://pager.example/hook", secret: "k3j4h5g6f7d8s9a0q1w2e3r4t5y6u7i8" } ] }
        """;

    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly string Pinned = PinnedAgent.Version, EncryptionKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));
    private static readonly Lazy<Task<Dictionary<string, byte[]>>> Template = new(MakeAsync);
    private readonly TempFolder folder;
    private readonly ServiceProvider parts;

    private CheckLab(TempFolder folder, ServiceProvider parts, CheckScene scene) => (this.folder, this.parts, Scene) = (folder, parts, scene);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public CheckScene Scene { get; set; }

    public FakeClock Clock => (FakeClock)parts.GetRequiredService<TimeProvider>();

    public Database Database => Scene.Database;

    public T Part<T>() where T : notnull => parts.GetRequiredService<T>();

    /// <summary>A copy of the one that was made and filled first.</summary>
    public static async Task<CheckLab> NewAsync()
    {
        var files = await Template.Value;
        var folder = new TempFolder();
        foreach (var (name, bytes) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!, UserOnly);
            await File.WriteAllBytesAsync(folder.File(name), bytes, Cancel);
            File.SetUnixFileMode(folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return New(folder);
    }

    private static async Task<Dictionary<string, byte[]>> MakeAsync()
    {
        var folder = new TempFolder();
        await Certificates.WriteAsync(folder);
        await File.WriteAllTextAsync(folder.File("config.yml"), Config);
        await using var lab = New(folder);
        await Migrator.ApplyAsync(lab.Database, lab.Clock, default);
        await lab.parts.OpenVaultAsync(default);
        await lab.FillAsync();
        await lab.Database.ReadAsync(r => r.ScalarAsync<long>("PRAGMA wal_checkpoint(TRUNCATE)"), default);
        return Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("-wal", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(folder.Path, file), File.ReadAllBytes);
    }

    private static CheckLab New(TempFolder folder)
    {
        var settings = ConfigurationLoader.Load(Variables(folder), folder.Path).Settings;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(settings);
        services.AddSingleton<TimeProvider>(new FakeClock());
        services.AddSingleton(_ => ServerHost.OpenDatabase(settings));
        services.AddRooms(settings);
        var parts = services.BuildServiceProvider();
        return new CheckLab(folder, parts, new()
        {
            Settings = settings, Database = parts.GetRequiredService<Database>(), Coordination = parts.GetRequiredService<ICoordination>(),
            Time = parts.GetRequiredService<TimeProvider>(), Period = TimeSpan.FromDays(7), Notices = [], Host = Host, Redis = Once<RedisReading?>(Redis),
            Postgres = Once<PostgresReading?>(Postgres), Server = Once<ServerReading?>(Server), Sandbox = Once(Sandbox), Inventory = Once(Running("10.0.12")),
            Vault = new(() => VaultReading.ReadAsync(parts.GetRequiredService<VaultOpening>(), parts.GetRequiredService<VaultVerification>(), Cancel)),
            AuditWaits = () => false,
            ProveAudit = stop => parts.GetRequiredService<AuditVerifier>().VerifyAsync(null, stop), Drill = parts.GetRequiredService<BackupDrill>(),
            Advisories = AdvisoryFile.Shipped(),
        });
    }

    public static Lazy<Task<T>> Once<T>(T reading) => new(() => Task.FromResult(reading));

    public static HostReading Host => new()
    {
        IsRoot = false, OpenFiles = 65_536, Disk = (200L << 30, 400L << 30), OpenToOthers = [], Looked = 7, AppArmor = true,
        PlacesMadeAt = new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero), AdminPasswordSet = false,
    };

    public static RedisReading Redis => new()
    {
        Version = "7.4.6", OpenToAll = false, Tls = true, Local = false, Eviction = "noeviction", AppendOnly = true, Save = "", ClockAhead = 3,
    };

    public static PostgresReading Postgres => new() { Version = "17.7", Role = "aicli", Tls = true, Checksums = "on", ClockAhead = -2, ChecksumFailures = 0 };

    public static ServerReading Server => new(
        "https://manager.example", 200,
        new Dictionary<string, string>
        {
            ["content-security-policy"] = "default-src 'none'", ["x-content-type-options"] = "nosniff", ["x-frame-options"] = "DENY",
            ["referrer-policy"] = "no-referrer", ["cache-control"] = "no-store",
        },
        new("Tls13", "TLS_AES_256_GCM_SHA384", Certificates.Ends, "CN=manager.example"));

    public static SandboxReading Sandbox => new("docker", "Docker 28.1.1, API 1.47", true, null, Pinned);

    public static Inventory Running(string runtime) => new(
    [
        new(Inventory.NuGet, Inventory.Runtime, runtime), new(Inventory.NuGet, "Npgsql", "10.0.0"), new(Inventory.System, "PostgreSQL", "17.7"),
        new(Inventory.Npm, Inventory.Agent, Pinned),
    ]);

    public void Change(Func<CheckScene, CheckScene> change) => Scene = change(Scene);

    public void Set(Func<Settings, Settings> change) => Scene = Scene with { Settings = change(Scene.Settings) };

    public Task SqlAsync(string sql, object? arguments = null) => Database.WriteAsync(t => t.ExecuteAsync(sql, arguments), Cancel);

    /// <summary>Records events that happened a day ago, within every period.</summary>
    public async Task EventsAsync(string name, int count)
    {
        Clock.Advance(TimeSpan.FromDays(-1));
        await Part<AuditTrail>().RecordDoneAsync(RequestOrigin.System, [.. Enumerable.Repeat(new AuditEvent(name), count)]);
        Clock.Advance(TimeSpan.FromDays(1));
    }

    public Task KeyAsync(string more, object? arguments = null) => SqlAsync(
        "INSERT INTO client_keys (id, user_id, public_key, thumbprint, algorithm, custody, name, created_at, last_used_at, expires_at, epoch) "
        + "VALUES ('22222222-2222-7222-8222-222222222222', @Admin, 'x', 'y', 'ES256', 'native', 'laptop', @Now, @Now, @Later, 1)",
        new { Admin, Now = Scene.Now, Later = Scene.Now.AddDays(90) }).ContinueWith(_ => SqlAsync($"UPDATE client_keys SET {more}", arguments), Cancel).Unwrap();

    public Task UserAsync(string id, string more) => SqlAsync(
        "INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES (@id, @Email, @Email, 'Bob', 'user', 'x', @Now)",
        new { id, Email = $"{id[..4]}@example.com", Now = Scene.Now }).ContinueWith(_ => SqlAsync($"UPDATE users SET {more} WHERE id = '{id}'"), Cancel).Unwrap();

    /// <summary>Overwrites the first bytes of a table's or index's first page, as a failing disk would.</summary>
    public Task DamageAsync(string name) => DamageAsync(ServerHost.SqliteFile(Scene.Settings), name);

    public static async Task DamageAsync(string file, string name)
    {
        var (page, size) = await PageAsync(file, name);
        await using var bytes = File.OpenWrite(file);
        bytes.Seek((page - 1) * size, SeekOrigin.Begin);
        bytes.Write([0xff, 0x13, 0x37, 0xff, 0xff, 0xff, 0xff, 0xff]);
    }

    // With everything in the file itself, and nobody else at it.
    private static async Task<(long Page, long Size)> PageAsync(string file, string name)
    {
        SqliteConnection.ClearAllPools();
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync(Cancel);
        await AskAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        return (await AskAsync($"SELECT rootpage FROM sqlite_master WHERE name = '{name}'"), await AskAsync("PRAGMA page_size"));

        async Task<long> AskAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return Convert.ToInt64(await command.ExecuteScalarAsync(Cancel));
        }
    }

    /// <summary>Changes a value within a table's first page: the structure stays sound, what indexes tell does not fit any more.</summary>
    public async Task DamageAsync(string table, byte[] value, byte[] instead)
    {
        var file = ServerHost.SqliteFile(Scene.Settings);
        var (page, size) = await PageAsync(file, table);
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        // Its last occurrence in the page: the one that a unique index has besides.
        var place = bytes.AsSpan((int)((page - 1) * size), (int)size).LastIndexOf(value);
        instead.CopyTo(bytes, ((page - 1) * size) + place);
        await File.WriteAllBytesAsync(file, bytes, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await parts.DisposeAsync();
        folder.Dispose();
    }

    private static Dictionary<string, string> Variables(TempFolder folder) => new()
    {
        ["AICLI_DATA"] = folder.File("data"), ["DB_ENCRYPTION_KEY"] = EncryptionKey, ["ANTHROPIC_API_KEY"] = "sk-ant-1a2b3c4d5e6f",
    };

    private async Task FillAsync()
    {
        var now = Scene.Now;
        await SqlAsync(
            "INSERT INTO users (id, email, email_key, name, role, password_hash, second_factor, created_at) VALUES (@Admin, 'ada@example.com', 'ada@example.com', 'Ada', 'admin', 'x', 1, @now)",
            new { Admin, now });
        await Part<SigningKeyStore>().EnsureAsync("ES256", Cancel);
        await SqlAsync(
            """
            INSERT INTO alerts (id, kind, severity, subject, facts, occurrences, told, part, first_at, last_at, quiet_until) VALUES ('a', 'test', 'info', '', '{}', 1, 1, 0, @now, @now, @now)
            """, new { now });
        await SqlAsync(
            """
            INSERT INTO alert_deliveries (id, alert_id, channel, recipient, part, content, state, attempts, next_attempt_at, leased_until, created_at, finished_at)
            VALUES ('d', 'a', 'webhook', '', 0, '{}', 'sent', 1, @now, @now, @now, @now)
            """, new { now });
        await Part<AuditTrail>().RecordDoneAsync(RequestOrigin.System, [new AuditEvent("login") { ActorId = Guid.Parse(Admin) }]);
        await SqlAsync("INSERT INTO audit_streams (name, node, checked_at, sent, last_sent_at, failures) VALUES ('webhook', 'n', @now, 1, @now, 0)", new { now });
        Assert.Equal("verified", (await Part<BackupDesk>().CreateAsync(RequestOrigin.System))!.State);
        await Part<FigureStore>().WriteAsync(
            [new("aicli.keys.lookups{level=memory}", 5_000, true), new("aicli.keys.lookups{level=database}", 100, true)], TimeSpan.FromMinutes(9), now, Cancel);
    }
}

/// <summary>One certificate for all tests of this room.</summary>
internal static class Certificates
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly X509Certificate2 Long = Make(400), Short = Make(20), Ended = Make(3);

    public static DateTimeOffset Ends => Long.NotAfter.ToUniversalTime();

    public static Task WriteAsync(TempFolder folder) => WriteAsync(folder.File("cert.pem"), folder.File("key.pem"), Long);

    /// <summary>Puts one in its place that ends in twenty days, or in three.</summary>
    public static Task AgeAsync(string file, bool nearlyOver) => File.WriteAllTextAsync(file, (nearlyOver ? Ended : Short).ExportCertificatePem());

    private static async Task WriteAsync(string certificate, string key, X509Certificate2 own)
    {
        await File.WriteAllTextAsync(certificate, own.ExportCertificatePem());
        await File.WriteAllTextAsync(key, Key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    // From the day that the clock of these tests shows.
    private static X509Certificate2 Make(int days)
    {
        var now = new FakeClock().UtcNow;
        return new CertificateRequest("CN=manager.example", Key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(days));
    }
}
