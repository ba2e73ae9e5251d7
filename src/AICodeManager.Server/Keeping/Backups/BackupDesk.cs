using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Backups.Format;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>
/// Where backups are asked for, listed, verified and deleted: by people, by the schedule, by commands. Everything it does leaves a
/// row, an audit event and a count; what fails raises <c>backup_failed</c>.
/// </summary>
public sealed class BackupDesk(
    BackupMaker maker, BackupFolder folder, BackupMetrics metrics, AlertDesk alerts, AuditTrail audit, Database database, Settings settings, TimeProvider time)
{
    /// <summary>A run whose node says nothing for so long is taken over.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private const long MostAttempts = 3;

    private string Node => folder.Node;

    /// <summary>Makes a backup, and returns when it is verified or has failed.</summary>
    /// <param name="workingCopies">Null: as <c>database.backup.working_copies</c> says.</param>
    /// <returns>Its row; null where another run is under way.</returns>
    public async Task<BackupInfo?> CreateAsync(
        RequestOrigin origin, bool? workingCopies = null, IProgress<BackupProgress>? progress = null, CancellationToken cancel = default)
    {
        if (await BeginAsync(null, cancel) is not { } run)
        {
            return null;
        }

        await EndLostAsync(cancel);
        return await RunAsync(run, origin, workingCopies, progress, cancel);
    }

    /// <summary>Takes a run for this node, to be made by <see cref="RunAsync"/>; null where there is one under way or another node has it.</summary>
    internal async Task<BackupInfo?> BeginAsync(DateTimeOffset? scheduledFor, CancellationToken cancel)
    {
        var (now, id) = (time.GetUtcNow(), Guid.CreateVersion7(time.GetUtcNow()));
        var run = new BackupInfo
        {
            Id = id, Name = BackupName.New(now, id).Text, State = BackupState.Running, ScheduledFor = scheduledFor, StartedAt = now, Node = Node,
            LeasedUntil = now + Lease,
        };
        return await database.WriteAsync(async t =>
        {
            if (await BackupStore.AliveAsync(t, now) is { } alive)
            {
                if (alive.Node != Node || !folder.IsLeftover(BackupName.Parse(alive.Name)!))
                {
                    return null;
                }

                // Killed on this very machine: nobody need wait for its lease.
                await BackupStore.RenewAsync(t, alive, DateTimeOffset.UnixEpoch);
            }

            return await BackupStore.BeginAsync(t, run)
                ?? (scheduledFor is null ? null : await BackupStore.TakeOverAsync(t, run, MostAttempts));
        }, cancel);
    }

    /// <summary>Makes what <see cref="BeginAsync"/> took.</summary>
    internal async Task<BackupInfo> RunAsync(
        BackupInfo run, RequestOrigin origin, bool? workingCopies, IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var lease = KeepAsync(run, lost);
        BackupInfo ended;
        try
        {
            var (totals, bytes) = await maker.MakeAsync(
                run.Id, BackupName.Parse(run.Name)!, workingCopies ?? settings.Database.Backup.WorkingCopies, progress, lost.Token);
            var now = time.GetUtcNow();
            ended = run with { State = BackupState.Verified, FinishedAt = now, CheckedAt = now, VerifiedAt = now, Bytes = bytes, RowCount = totals.Rows };
        }
        catch (Exception fault)
        {
            var (reason, detail) = BackupFault.Of(fault, cancel.IsCancellationRequested);
            ended = run with { State = BackupState.Failed, FinishedAt = time.GetUtcNow(), Reason = reason, Detail = detail };
        }

        await lost.CancelAsync();
        await lease;
        if (ended is { Reason: BackupFault.Cancelled, ScheduledFor: not null })
        {
            // The server stops, the schedule does not: whichever node looks next makes it.
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(35));
            await database.WriteAsync(t => BackupStore.RenewAsync(t, run, DateTimeOffset.UnixEpoch), bound.Token);
            return ended;
        }

        await EndAsync(ended, origin, time.GetElapsedTime(began));
        return ended;
    }

    /// <summary>Notes as failed what no node will finish: it was killed, and nobody is to take it over.</summary>
    internal async Task EndLostAsync(CancellationToken cancel)
    {
        foreach (var lost in await database.ReadAsync(r => BackupStore.LostAsync(r, time.GetUtcNow(), MostAttempts), cancel))
        {
            await EndAsync(lost with
            {
                State = BackupState.Failed, FinishedAt = time.GetUtcNow(), Reason = "abandoned", Detail = $"The node {lost.Node} ended before the backup did.",
            }, RequestOrigin.System, TimeSpan.Zero);
        }
    }

    /// <summary>Whether the file of a backup is in the folder of this node.</summary>
    public bool Holds(BackupInfo backup) => backup.Node == Node && BackupName.Parse(backup.Name) is { } name && folder.Holds(name);

    /// <summary>Reads a backup on this node entirely, and notes what was found.</summary>
    /// <param name="name">Of a file in the folder of backups.</param>
    /// <returns>Its row; null where there is no such backup here.</returns>
    public async Task<BackupInfo?> VerifyAsync(
        string name, RequestOrigin origin, IProgress<BackupProgress>? progress = null, CancellationToken cancel = default)
    {
        if (BackupName.Parse(name) is not { } known || !folder.Holds(known))
        {
            return null;
        }

        await AdoptAsync(cancel);
        var row = await database.ReadAsync(r => BackupStore.FindAsync(r, name), cancel);
        BackupInfo found;
        try
        {
            await using var file = BackupFolder.Open(folder.PathOf(known));
            var totals = await maker.VerifyAsync(file, progress, cancel);
            if (row is not null && row.Id != totals.Header.Id)
            {
                throw new BackupException(BackupDamage.Altered, $"The file is another backup, of {totals.Header.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, under this one's name.");
            }

            row ??= new BackupInfo { Id = totals.Header.Id, Name = name, StartedAt = totals.Header.CreatedAt, Node = Node };
            found = row with
            {
                State = BackupState.Verified, CheckedAt = time.GetUtcNow(), VerifiedAt = time.GetUtcNow(), Bytes = file.Length, RowCount = totals.Rows, Reason = null, Detail = null,
            };
        }
        catch (IOException fault) when (!cancel.IsCancellationRequested)
        {
            var (reason, detail) = BackupFault.Of(fault, cancelled: false);
            found = (row ?? new BackupInfo { Name = name, Node = Node }) with
            {
                State = BackupState.Failed, CheckedAt = time.GetUtcNow(), Reason = reason, Detail = detail,
            };
        }

        await database.WriteAsync(async t =>
        {
            await BackupStore.EndAsync(t, found);
            await audit.RecordAsync(t, origin, new AuditEvent("backup_verified")
            {
                Outcome = found.State == BackupState.Verified ? AuditOutcome.Success : AuditOutcome.Failure, Reason = found.Reason,
                Details = new Dictionary<string, object?> { ["name"] = name, ["bytes"] = found.Bytes, ["rows"] = found.RowCount },
            }.On("backup", found.Id == Guid.Empty ? name : found.Id));
        }, cancel);
        metrics.Verified(found);
        if (found.State == BackupState.Failed)
        {
            Alert(found);
        }

        return found;
    }

    /// <summary>Deletes a backup's file on this node; its row stays.</summary>
    /// <param name="reason"><c>asked</c> or <c>retention</c>.</param>
    /// <returns>Its row; null where there is no such file here.</returns>
    public async Task<BackupInfo?> DeleteAsync(string name, RequestOrigin origin, string reason = "asked", CancellationToken cancel = default)
    {
        if (BackupName.Parse(name) is not { } known || !folder.Holds(known))
        {
            return null;
        }

        await AdoptAsync(cancel);
        return await database.WriteAsync(async t =>
        {
            var row = await BackupStore.FindAsync(t, name) ?? new BackupInfo { Name = name, Node = Node };
            var gone = row with { State = BackupState.Deleted, Reason = reason, Detail = null };
            await BackupStore.EndAsync(t, gone);
            await audit.RecordAsync(t, origin, new AuditEvent("backup_deleted")
            {
                Reason = reason, Details = new Dictionary<string, object?> { ["name"] = name, ["bytes"] = row.Bytes },
            }.On("backup", row.Id));
            // Last: where it cannot be removed, nothing is noted.
            folder.Remove(known);
            return gone;
        }, cancel);
    }

    /// <summary>Every backup that the database knows, latest first; files of ours that it did not know are among them as <c>found</c>.</summary>
    public async Task<IReadOnlyList<BackupInfo>> ListAsync(CancellationToken cancel = default)
    {
        await AdoptAsync(cancel);
        return await database.ReadAsync(r => r.QueryAsync<BackupInfo>("SELECT * FROM backups ORDER BY id DESC LIMIT 10000"), cancel);
    }

    /// <summary>Makes rows for files that this database does not know (it was restored), and says of rows whose file is gone that it is.</summary>
    internal async Task AdoptAsync(CancellationToken cancel)
    {
        // First the rows: a run that ends meanwhile is among them as running, and its file is not taken for missing.
        var rows = await database.ReadAsync(r => r.QueryAsync<BackupInfo>("SELECT * FROM backups WHERE node = @Node", new { Node }), cancel);
        var names = folder.Names();
        var (known, here) = (rows.ToDictionary(row => row.Name), names.Select(name => name.Text).ToHashSet());
        foreach (var name in names.Where(name => !known.ContainsKey(name.Text)))
        {
            if (await folder.HeaderAsync(name, cancel) is { } header)
            {
                var found = new BackupInfo
                {
                    Id = header.Id, Name = name.Text, StartedAt = header.CreatedAt, Bytes = new FileInfo(folder.PathOf(name)).Length, Node = Node,
                };
                await database.WriteAsync(t => BackupStore.AdoptAsync(t, found), cancel);
            }
        }

        foreach (var row in rows.Where(row => row.State == BackupState.Deleted && here.Contains(row.Name)))
        {
            // Somebody brought it back.
            await database.WriteAsync(t => BackupStore.EndAsync(t, row with { State = BackupState.Found, Reason = null }), cancel);
        }

        foreach (var row in rows.Where(row => row.State is BackupState.Verified or BackupState.Found && !here.Contains(row.Name)))
        {
            await database.WriteAsync(t => BackupStore.EndAsync(t, row with { State = BackupState.Deleted, Reason = "missing" }), cancel);
        }
    }

    private async Task EndAsync(BackupInfo ended, RequestOrigin origin, TimeSpan took)
    {
        var good = ended.State == BackupState.Verified;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(35));
        await database.WriteAsync(async t =>
        {
            await BackupStore.EndAsync(t, ended);
            await audit.RecordAsync(t, origin, new AuditEvent(good ? "backup_created" : "backup_failed")
            {
                Outcome = good ? AuditOutcome.Success : AuditOutcome.Failure, Reason = ended.Reason,
                Details = new Dictionary<string, object?>
                {
                    ["name"] = ended.Name, ["bytes"] = ended.Bytes, ["rows"] = ended.RowCount, ["scheduled_for"] = ended.ScheduledFor, ["node"] = ended.Node,
                },
            }.On("backup", ended.Id));
        }, bound.Token);
        metrics.Made(ended, took);
        if (!good && ended.Reason != BackupFault.Cancelled)
        {
            Alert(ended);
        }
    }

    private void Alert(BackupInfo failed) => alerts.Raise(new Alert(AlertKinds.BackupFailed, AlertSeverity.Critical, null, new Dictionary<string, string>
    {
        ["backup"] = failed.Name, ["reason"] = failed.Reason ?? "failed", ["node"] = failed.Node,
    }));

    // Renewed three times within its length. A run that lost it stops: another node makes it.
    private async Task KeepAsync(BackupInfo run, CancellationTokenSource lost)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Lease / 3, time, lost.Token);
                try
                {
                    if (!await database.WriteAsync(t => BackupStore.RenewAsync(t, run, time.GetUtcNow() + Lease), lost.Token))
                    {
                        await lost.CancelAsync();
                    }
                }
                catch (Exception away) when (away is System.Data.Common.DbException or TimeoutException)
                {
                    // Not renewed once: the next time comes before the lease is over.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
