using AICodeManager.Server.CommandLine;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>A database of either kind, a folder of backups, and targets to restore into.</summary>
internal sealed class BackupLab : IAsyncDisposable
{
    public const string Key = "a key of forty characters for the backups";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly ServiceProvider parts;
    private readonly PostgresServer postgres;

    private BackupLab(TempFolder folder, PostgresServer postgres, Settings settings, Database database, FakeClock clock) =>
        (Folder, this.postgres, Settings, Database, Clock, parts) = (folder, postgres, settings, database, clock, KeepingParts.Over(settings, database, clock));

    public FakeClock Clock { get; }

    /// <summary>Of its database; null for SQLite.</summary>
    public Secret? Url { get; private init; }

    /// <summary>What <c>aicli-web</c> must know to work on the same database and folder.</summary>
    public Dictionary<string, string> Variables
    {
        get
        {
            var variables = new Dictionary<string, string> { ["AICLI_DATA"] = Folder.File("data"), ["DB_ENCRYPTION_KEY"] = Key };
            if (Url is { } url)
            {
                variables["DATABASE_URL"] = url.Reveal();
            }

            return variables;
        }
    }

    public TempFolder Folder { get; }

    public Settings Settings { get; }

    public Database Database { get; }

    public RootKeys Roots => parts.GetRequiredService<RootKeys>();

    public BackupDesk Desk => parts.GetRequiredService<BackupDesk>();

    public BackupFolder Shelf => parts.GetRequiredService<BackupFolder>();

    public T Get<T>() where T : notnull => parts.GetRequiredService<T>();

    public static async Task<BackupLab> NewAsync(string kind, PostgresServer postgres, string? config = null)
    {
        var folder = new TempFolder();
        if (config is not null)
        {
            await File.WriteAllTextAsync(folder.File("config.yml"), config, Cancel);
        }

        Directory.CreateDirectory(folder.File("data"));
        var url = kind == "sqlite" ? null : await postgres.NewDatabaseAsync();
        var database = url is null ? Database.Sqlite(folder.File("data/aicli.db")) : Database.Postgres(url);
        await Migrator.ApplyAsync(database, TimeProvider.System, Cancel);
        return new BackupLab(folder, postgres, Load(folder, Key), database, new FakeClock(DateTimeOffset.UtcNow)) { Url = url };
    }

    /// <summary>Another node over the same database, with a folder of backups of its own.</summary>
    public BackupLab Beside()
    {
        var other = new TempFolder();
        return new BackupLab(other, postgres, Settings with { Host = Settings.Host with { DataFolder = other.File("data") } }, Database, Clock) { Shares = true };
    }

    private bool Shares { get; init; }

    public static Settings Load(TempFolder folder, string key) => ConfigurationLoader.Load(
        new Dictionary<string, string> { ["AICLI_DATA"] = folder.File("data"), ["DB_ENCRYPTION_KEY"] = key }, folder.Path).Settings;

    /// <summary>Some rows that are hard to copy.</summary>
    public async Task FillAsync(int users = 3) => await Database.WriteAsync(async t =>
    {
        for (var i = 0; i < users; i++)
        {
            await t.ExecuteAsync(
                "INSERT INTO users (id, email, email_key, name, role, password_hash, disabled_at, created_at) VALUES (@id, @email, @email, @name, 'user', 'x', @disabled, @at)",
                new { id = $"u{i}", email = $"u{i}@example.com", name = i % 2 == 0 ? "김철수 🙂 ' \" \\ \t\n" : "", disabled = i == 0 ? (long?)null : -i, at = long.MaxValue - i });
        }

        // The later key is named by the earlier one: rows of one table refer to each other, and forward.
        foreach (var (id, successor) in ((string, string?)[])[("k1", null), ("k2", "k1")])
        {
            await t.ExecuteAsync(
                """
                INSERT INTO client_keys (id, user_id, public_key, thumbprint, algorithm, custody, name, created_at, expires_at, successor_id, epoch)
                VALUES (@id, 'u0', 'p', @id, 'ES256', 'file', 'n', 1, 2, @successor, 1)
                """, new { id, successor });
        }

        await t.ExecuteAsync("UPDATE client_keys SET successor_id = 'k2' WHERE id = 'k1'");
    }, Cancel);

    /// <summary>A verified backup of the database.</summary>
    public async Task<BackupInfo> BackUpAsync()
    {
        var made = await Desk.CreateAsync(RequestOrigin.System, cancel: Cancel);
        Assert.NotNull(made);
        Assert.True(made.State == BackupState.Verified, $"{made.Reason}: {made.Detail}");
        return made;
    }

    public string PathOf(BackupInfo made) => Path.Combine(Shelf.Path, made.Name);

    /// <summary>An empty database of a kind, and how it is opened after it was restored into.</summary>
    public async Task<(Func<IRestoreTarget> Target, Func<Database> Open)> NewTargetAsync(string kind)
    {
        if (kind == "sqlite")
        {
            var file = Folder.File($"restored-{Guid.NewGuid():N}.db");
            return (() => new SqliteTarget(file), () => Database.Sqlite(file));
        }

        var url = await postgres.NewDatabaseAsync();
        return (() => Target(url), () => Database.Postgres(url));
    }

    public static IRestoreTarget Target(Secret url) => new PostgresTarget(url, Migrator.Tables);

    public async Task<BackupTotals> RestoreAsync(string path, IRestoreTarget target, bool replace = false, Func<Database, BackupTotals, Task>? lastEntry = null)
    {
        await using var file = BackupFolder.Open(path);
        await using (target)
        {
            return await new BackupRestorer(Roots, TimeProvider.System).RestoreAsync(
                file, target, replace, null, lastEntry ?? ((_, _) => Task.CompletedTask), null, Cancel);
        }
    }

    /// <summary>Every row of every table that a backup holds, as text, in an order that is the same everywhere.</summary>
    public static async Task<SortedDictionary<string, string[]>> DumpAsync(Database database)
    {
        await using var snapshot = await Snapshots.TakeAsync(database, Cancel);
        SortedDictionary<string, string[]> dump = new(StringComparer.Ordinal);
        foreach (var table in snapshot.Tables)
        {
            var rows = await database.ReadAsync(r => r.QueryAsync<object>($"SELECT * FROM {table.Name}"), Cancel);
            dump[table.Name] = [.. rows.Cast<IDictionary<string, object?>>().Select(row => string.Join(" | ", row.Select(v => $"{v.Key}={v.Value ?? "NULL"}"))).Order(StringComparer.Ordinal)];
        }

        return dump;
    }

    public async ValueTask DisposeAsync()
    {
        await parts.DisposeAsync();
        if (!Shares)
        {
            await Database.DisposeAsync();
        }

        Folder.Dispose();
    }
}
