using System.Diagnostics;
using AICodeManager.Bench.Rig;
using AICodeManager.Server.CommandLine;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Vault;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Bench.Backups;

/// <summary>
/// Backup and restore beside <c>cp</c> of a SQLite file and <c>pg_dump</c>, <c>pg_restore</c> of the same rows in one run. MB are those
/// of the database on the disk. Ours compresses, encrypts, synchronises and reads everything back; <c>cp</c> does nothing of it,
/// <c>pg_dump</c> compresses.
/// </summary>
internal static class BackupsBench
{
    public static async Task<int> RunAsync(int megabytes, int rounds, CancellationToken cancel)
    {
        using var scratch = new ScratchFolder();
        var table = new Table("", "seconds", "MB/s", "beside the other", "bytes left");
        var settings = ConfigurationLoader.Load(new Dictionary<string, string> { ["AICLI_DATA"] = scratch.Make("data") }, scratch.Path).Settings;
        var file = Path.Combine(scratch.Path, "aicli.db");
        await using var sqlite = Database.Sqlite(file);
        await Migrator.ApplyAsync(sqlite, TimeProvider.System, cancel);
        await LivedData.FillAsync(sqlite, megabytes * 1_000_000L, cancel);
        await sqlite.ReadAsync(r => r.ScalarAsync<string>("PRAGMA wal_checkpoint(TRUNCATE)"), cancel);

        var lite = new Side(settings, sqlite, new FileInfo(file).Length);
        var copied = Path.Combine(scratch.Path, "copy.db");
        var restored = Path.Combine(scratch.Path, "restored.db");
        var (cp, made, read, loaded) = (new Samples(), new Samples(), new Samples(), new Samples());
        for (var round = 0; round < rounds; round++)
        {
            cp.Add(await TimeAsync(() => LocalPostgres.RunAsync(["sh", "-c", $"cp '{file}' '{copied}' && sync '{copied}'"], cancel)));
            await lite.MeasureAsync(made, read, loaded, () => new SqliteTarget(restored), cancel);
            Console.Error.Write($"\rsqlite, round {round + 1} of {rounds}  ");
        }

        Console.WriteLine($"\rSQLite, {lite.Bytes / 1e6:0} MB");
        table.Add(["cp and sync", .. Cells(cp, lite.Bytes, null), $"{1:P0}"]);
        lite.Rows(table, made, read, loaded, cp, cp, "cp");
        await using (var postgres = await LocalPostgres.StartAsync(scratch.Make("postgres"), cancel))
            await PostgresAsync(postgres, lite, settings, scratch, rounds, table, cancel);
        table.Print();
        Console.WriteLine($"Largest memory of this process: {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB.");
        return 0;
    }

    private static async Task PostgresAsync(
        LocalPostgres postgres, Side lite, Settings settings, ScratchFolder scratch, int rounds, Table table, CancellationToken cancel)
    {
        // The same rows, by way of a backup.
        var source = await postgres.NewDatabaseAsync(cancel);
        await lite.RestoreAsync(new PostgresTarget(postgres.Url(source), Migrator.Tables), cancel);
        await postgres.SqlAsync(source, "VACUUM ANALYZE", cancel);
        var bytes = (long)(await postgres.SqlAsync(source, "SELECT pg_database_size(current_database())", cancel))!;
        await using var database = Database.Postgres(postgres.Url(source));
        var side = new Side(settings, database, bytes);
        var (dump, dumped, back) = (Path.Combine(scratch.Path, "pg.dump"), new Samples(), new Samples());
        var (made, read, loaded) = (new Samples(), new Samples(), new Samples());
        for (var round = 0; round < rounds; round++)
        {
            dumped.Add(await TimeAsync(() => postgres.ToolAsync("pg_dump", source, ["-Fc", "-f", dump], cancel)));
            var target = await postgres.NewDatabaseAsync(cancel);
            back.Add(await TimeAsync(() => postgres.ToolAsync("pg_restore", target, ["--single-transaction", dump], cancel)));
            var url = postgres.Url(await postgres.NewDatabaseAsync(cancel));
            await side.MeasureAsync(made, read, loaded, () => new PostgresTarget(url, Migrator.Tables), cancel);
            Console.Error.Write($"\rpostgresql, round {round + 1} of {rounds}  ");
        }

        Console.WriteLine($"\rPostgreSQL, {bytes / 1e6:0} MB");
        table.Add(["pg_dump -Fc", .. Cells(dumped, bytes, null), $"{(double)new FileInfo(dump).Length / bytes:P0}"]);
        table.Add(["pg_restore --single-transaction", .. Cells(back, bytes, null), ""]);
        side.Rows(table, made, read, loaded, dumped, back, "pg_dump, pg_restore");
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began);
    }

    private static string[] Cells(Samples samples, long bytes, Samples? other) =>
    [
        $"{samples.Median.TotalSeconds:0.00}", $"{bytes / 1e6 / samples.Median.TotalSeconds:0}", other is null ? "1.00" : $"{other.Median / samples.Median:0.00}",
    ];

    /// <summary>One database and what is made of it.</summary>
    private sealed class Side(Settings settings, Database database, long bytes)
    {
        private readonly RootKeys roots = new(settings);
        private string path = "";
        private long written;

        public long Bytes => bytes;

        public async Task MeasureAsync(Samples made, Samples read, Samples loaded, Func<IRestoreTarget> target, CancellationToken cancel)
        {
            await using var parts = KeepingParts.Over(settings, database);
            var (maker, folder, id) = (parts.GetRequiredService<BackupMaker>(), parts.GetRequiredService<BackupFolder>(), Guid.CreateVersion7());
            var name = BackupName.New(DateTimeOffset.UtcNow, id);
            made.Add(await TimeAsync(async () => written = (await maker.MakeAsync(id, name, false, null, cancel)).Bytes));
            path = folder.PathOf(name);
            await using (var file = BackupFolder.Open(path))
                read.Add(await TimeAsync(() => maker.VerifyAsync(file, null, cancel)));
            loaded.Add(await TimeAsync(() => RestoreAsync(target(), cancel)));
        }

        /// <summary>Restores the last backup.</summary>
        public async Task RestoreAsync(IRestoreTarget target, CancellationToken cancel)
        {
            await using var file = BackupFolder.Open(path);
            await using (target)
                await new BackupRestorer(roots, TimeProvider.System).RestoreAsync(file, target, true, null, (_, _) => Task.CompletedTask, null, cancel);
        }

        public void Rows(Table table, Samples made, Samples read, Samples loaded, Samples there, Samples back, string other)
        {
            table.Add([$"backup, verified (beside {other.Split(',')[0]})", .. Cells(made, bytes, there), $"{(double)written / bytes:P0}"]);
            table.Add(["backup verify", .. Cells(read, bytes, null)[..2], "", ""]);
            table.Add([$"restore (beside {other.Split(", ")[^1]})", .. Cells(loaded, bytes, back), ""]);
        }
    }
}
