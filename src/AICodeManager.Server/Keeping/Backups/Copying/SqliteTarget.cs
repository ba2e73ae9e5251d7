using AICodeManager.Server.Ground.Storage;
using Microsoft.Data.Sqlite;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>
/// Restores into a new file beside the old one and renames it over that when it is whole and on the disk. The old file is first
/// folded into one (its write-ahead log would otherwise be taken for the new file's); that works only while nobody has it open.
/// </summary>
internal sealed class SqliteTarget(string file) : IRestoreTarget
{
    /// <summary>Files of restores that were interrupted are known by this.</summary>
    public const string Mark = ".restoring-";

    private readonly string place = Path.GetFullPath(file);
    private readonly string staging = $"{Path.GetFullPath(file)}{Mark}{Guid.NewGuid():N}";
    private List<string> bindings = [];
    private SqliteConnection? old, connection;
    private SqliteTransaction? transaction;
    private bool leavesLog;

    public string Kind => "sqlite";

    public async Task<Transaction> BeginAsync(bool replace, CancellationToken cancel)
    {
        SystemSqlite.Use();
        StorageTypes.Register();
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (File.Exists(place))
        {
            await TakeOldAsync(replace, cancel);
        }

        RemoveLeftovers();
        await using (new FileStream(staging, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            // Made here, so that nobody else may read it at any moment.
        }

        connection = await OpenAsync(staging, cancel);
        // Nothing of it counts before the last step, so nothing of it need outlive a crash.
        await SqliteShapes.RunAsync(
            connection, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE;", cancel);
        transaction = connection.BeginTransaction();
        return new Transaction(connection, transaction, cancel);
    }

    public Task<IReadOnlyList<TableShape>> ShapesAsync(CancellationToken cancel) => SqliteShapes.ReadAsync(connection!, cancel);

    public async Task UnbindAsync(CancellationToken cancel)
    {
        // Those without a text belong to a key of their table and stay.
        var indexes = await SqliteShapes.TextsAsync(connection!, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL", null, cancel);
        foreach (var index in indexes)
        {
            await SqliteShapes.RunAsync(connection!, $"DROP INDEX {SqlName.Quoted(index[0])}", cancel);
        }

        bindings = [.. indexes.Select(index => index[1])];
    }

    public ITableLoader Load(TableShape table, IReadOnlyList<string> columns) => new SqliteLoader(connection!, table, columns);

    public async Task BindAsync(CancellationToken cancel)
    {
        foreach (var index in bindings)
        {
            await SqliteShapes.RunAsync(connection!, index, cancel);
        }

        if (await SqliteShapes.TextsAsync(connection!, "SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 1", null, cancel) is [var lost, ..])
        {
            throw new RestoreException($"A row of {lost[0]} refers to a row of {lost[1]} that the backup does not hold. Nothing was changed.");
        }
    }

    public async Task CommitAsync(Func<Database, Task> lastEntry, CancellationToken cancel)
    {
        await transaction!.CommitAsync(cancel);
        await connection!.DisposeAsync();
        connection = null;
        await using (var whole = Database.Sqlite(staging))
        {
            await lastEntry(whole);
        }

        await FoldAsync(staging, cancel);
        DiskSync.File(staging);
        if (leavesLog)
        {
            // It would be replayed into the new file.
            File.Delete(place + "-wal");
            File.Delete(place + "-shm");
        }

        File.Move(staging, place, overwrite: true);
        DiskSync.Folder(Path.GetDirectoryName(place)!);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            try
            {
                await connection.DisposeAsync();
            }
            catch (SqliteException)
            {
                // A full disk has ended the transaction already; what failed was told, and the file goes.
            }
        }

        if (old is not null)
        {
            await old.DisposeAsync();
        }

        foreach (var left in (string[])[staging, staging + "-wal", staging + "-shm", staging + "-journal"])
        {
            File.Delete(left);
        }
    }

    private async Task TakeOldAsync(bool replace, CancellationToken cancel)
    {
        if (!replace && new FileInfo(place).Length > 0)
        {
            throw new RestoreException($"{place} holds a database already. With --replace it is replaced once the backup is restored whole.");
        }

        if (new FileInfo(place).LinkTarget is not null)
        {
            throw new RestoreException($"{place} is a symbolic link; name the file itself.");
        }

        try
        {
            await FoldAsync(place, cancel);
            old = await OpenAsync(place, cancel);
            // Held to the end: a server that starts meanwhile waits or fails, instead of writing into what is about to go.
            await SqliteShapes.RunAsync(old, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;", cancel);
            var tables = await SqliteShapes.TextsAsync(old, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'", null, cancel);
            if (tables.Select(row => row[0]).Except(Migrator.Tables).ToArray() is { Length: > 0 } others)
            {
                throw new RestoreException($"{place} also holds what is not this server's: {string.Join(", ", others.Take(5))}. Restore into a file of its own.");
            }
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is 5 or 6)
        {
            throw new RestoreException($"{place} is in use. Stop the server (and whatever else has it open) and try again.");
        }
        catch (SqliteException broken) when (broken.SqliteErrorCode is 11 or 26)
        {
            if (!await WasDatabaseAsync(place, cancel))
            {
                throw new RestoreException($"{place} is not a SQLite database, nor what is left of one. Restore into a file of its own.");
            }

            // The very reason to restore: what cannot be read cannot be folded.
            leavesLog = true;
        }
    }

    // SQLite's file format, section 1.3.1; a first page that was lost on the disk is all zeros.
    private static async Task<bool> WasDatabaseAsync(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        var start = new byte[16];
        return await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel) == start.Length
            && (start.AsSpan().SequenceEqual("SQLite format 3\0"u8) || start.All(b => b == 0));
    }

    // One file, without a log beside it. Needs to be alone: otherwise SQLite answers busy, or leaves the mode as it is.
    private static async Task FoldAsync(string path, CancellationToken cancel)
    {
        await using var alone = await OpenAsync(path, cancel);
        var mode = (await SqliteShapes.TextsAsync(alone, "PRAGMA journal_mode=DELETE", null, cancel))[0][0];
        if (mode != "delete")
        {
            throw new SqliteException("database is locked", 5);
        }
    }

    private static async Task<SqliteConnection> OpenAsync(string path, CancellationToken cancel)
    {
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2 }.ToString());
        await opened.OpenAsync(cancel);
        return opened;
    }

    private void RemoveLeftovers()
    {
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(place)!, Path.GetFileName(place) + Mark + "*"))
        {
            File.Delete(left);
        }
    }
}
