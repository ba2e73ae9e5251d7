using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>The schedule, several nodes, retention, and what becomes of runs that do not end well.</summary>
public sealed class DeskTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Every_table_is_copied_or_knowingly_left_out(string kind)
    {
        await using var lab = await BackupLab.NewAsync(kind, postgres);
        await using var snapshot = await Snapshots.TakeAsync(lab.Database, Cancel);
        var all = await lab.Database.ReadAsync(r => r.QueryAsync<string>(kind == "sqlite"
            ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            : "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"), Cancel);
        // A new table is copied without anybody's doing; one that is named here and gone must leave the list.
        Assert.Equal(all.Except(snapshot.Tables.Select(table => table.Name)).Order(), TableOrder.LeftOut.Order());
        var seen = new HashSet<string>();
        foreach (var table in snapshot.Tables)
        {
            Assert.True(table.References.All(other => other == table.Name || seen.Contains(other)), $"{table.Name} comes before what it refers to.");
            seen.Add(table.Name);
        }
    }

    [Fact]
    public async Task The_schedule_is_kept_once_whoever_looks_and_however_often()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        await using var other = lab.Beside();
        var (here, there) = (Clock(lab), Clock(other));
        Assert.Null(await here.TurnAsync(Cancel));
        lab.Clock.Advance(TimeSpan.FromDays(1));
        var both = await Task.WhenAll(Task.Run(() => here.TurnAsync(Cancel)), Task.Run(() => there.TurnAsync(Cancel)));
        var made = Assert.Single(both, one => one is not null)!;
        Assert.Equal((BackupState.Verified, 2), (made.State, made.ScheduledFor!.Value.Hour));
        Assert.Null(await here.TurnAsync(Cancel));
        Assert.Null(await there.TurnAsync(Cancel));
        // Three nights without a server: one backup, for the last of them. A clock that goes back makes none.
        lab.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(made.ScheduledFor.Value.AddDays(3), (await there.TurnAsync(Cancel))!.ScheduledFor);
        lab.Clock.Advance(TimeSpan.FromDays(-2));
        Assert.Null(await here.TurnAsync(Cancel));
    }

    [Fact]
    public async Task A_run_whose_node_died_is_taken_over_and_in_the_end_given_up()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        await using var other = lab.Beside();
        lab.Clock.Advance(TimeSpan.FromDays(1));
        var due = lab.Clock.UtcNow.AddHours(-1);
        Assert.NotNull(await lab.Desk.BeginAsync(due, Cancel));
        // While its lease lasts it counts as alive.
        Assert.Null(await other.Desk.BeginAsync(due, Cancel));
        lab.Clock.Advance(BackupDesk.Lease * 2);
        Assert.NotNull(await other.Desk.BeginAsync(due, Cancel));
        lab.Clock.Advance(BackupDesk.Lease * 2);
        Assert.NotNull(await other.Desk.BeginAsync(due, Cancel));
        lab.Clock.Advance(BackupDesk.Lease * 2);
        Assert.Null(await other.Desk.BeginAsync(due, Cancel));
        await other.Desk.EndLostAsync(Cancel);
        var row = Assert.Single(await lab.Desk.ListAsync(Cancel));
        Assert.Equal((BackupState.Failed, "abandoned"), (row.State, row.Reason));
        Assert.Equal(AlertKinds.BackupFailed, Assert.Single(other.Get<AlertDesk>().Take()).Kind);
        Assert.Equal(["backup_failed"], await EventsAsync(lab));
    }

    [Fact]
    public async Task A_second_run_waits_for_no_lease_where_the_first_was_killed_on_this_machine()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        var killed = (await lab.Desk.BeginAsync(null, Cancel))!;
        var name = BackupName.Parse(killed.Name)!;
        await using (lab.Shelf.Begin(name))
        {
            // Its file is open: it is alive, whatever it was asked.
            Assert.Null(await lab.Desk.BeginAsync(null, Cancel));
        }

        lab.Clock.Advance(TimeSpan.FromSeconds(1));
        await lab.BackUpAsync();
        Assert.Equal([BackupState.Verified, BackupState.Failed], (await lab.Desk.ListAsync(Cancel)).Select(row => row.State));
        Assert.Equal([".aicb"], Directory.EnumerateFiles(lab.Shelf.Path).Select(Path.GetExtension));
    }

    [Fact]
    public async Task Retention_deletes_what_is_old_and_ours_but_never_the_last_good_one()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        var retention = lab.Get<BackupRetention>();
        var first = await lab.BackUpAsync();
        lab.Clock.Advance(TimeSpan.FromDays(1));
        var second = await lab.BackUpAsync();
        // Others' files: a name that is not ours, and a name of ours on something else.
        var foreign = Path.Combine(lab.Shelf.Path, "customers.aicb");
        var forged = Path.Combine(lab.Shelf.Path, "aicli-20200101T000000Z-00000000.aicb");
        await File.WriteAllTextAsync(foreign, "x", Cancel);
        await File.WriteAllTextAsync(forged, "x", Cancel);

        Assert.Empty(await retention.SweepAsync(Cancel));
        lab.Clock.Advance(TimeSpan.FromDays(29.5));
        Assert.Equal([first.Name], await retention.SweepAsync(Cancel));
        lab.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Empty(await retention.SweepAsync(Cancel));
        Assert.True(File.Exists(lab.PathOf(second)) && File.Exists(foreign) && File.Exists(forged));

        // A newer one that turns out broken does not count as good.
        var third = await lab.BackUpAsync();
        await using (var file = new FileStream(lab.PathOf(third), FileMode.Open))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.Equal((BackupState.Failed, "cut_off"), await VerifyAsync(lab, third));
        lab.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal([third.Name], await retention.SweepAsync(Cancel));
        Assert.True(File.Exists(lab.PathOf(second)));
        Assert.Equal(
            ["backup_created", "backup_created", "backup_deleted", "backup_created", "backup_deleted"],
            (await EventsAsync(lab)).Where(name => name != "backup_verified"));

        // What has rotted since it was found whole is not the one to keep.
        await using (var file = new FileStream(lab.PathOf(second), FileMode.Open))
        {
            file.SetLength(file.Length - 1);
        }

        var fourth = await lab.BackUpAsync();
        await using (var file = new FileStream(lab.PathOf(fourth), FileMode.Open))
        {
            file.SetLength(file.Length - 1);
        }

        lab.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Empty(await retention.SweepAsync(Cancel));
    }

    [Fact]
    public async Task A_file_that_the_database_does_not_know_is_found_and_one_that_is_gone_is_noted()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        var (kept, gone) = (await lab.BackUpAsync(), await lab.BackUpAsync());
        await lab.Database.WriteAsync(t => t.ExecuteAsync("DELETE FROM backups WHERE id = @Id", new { kept.Id }), Cancel);
        File.Delete(lab.PathOf(gone));
        var rows = (await lab.Desk.ListAsync(Cancel)).ToDictionary(row => row.Id);
        Assert.Equal(BackupState.Found, rows[kept.Id].State);
        Assert.Equal((BackupState.Deleted, "missing"), (rows[gone.Id].State, rows[gone.Id].Reason));
        Assert.Equal((BackupState.Verified, null), await VerifyAsync(lab, kept));
        File.Copy(lab.PathOf(kept), lab.PathOf(gone));
        Assert.Equal(BackupState.Found, (await lab.Desk.ListAsync(Cancel)).Single(row => row.Id == gone.Id).State);
    }

    [Fact]
    public async Task What_cannot_be_written_fails_with_its_reason_leaves_nothing_and_raises_an_alert()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        // A file where the folder should be: no rights are needed to see it fail.
        Directory.CreateDirectory(Path.GetDirectoryName(lab.Shelf.Path)!);
        await File.WriteAllTextAsync(lab.Shelf.Path, "", Cancel);
        var failed = (await lab.Desk.CreateAsync(RequestOrigin.System, cancel: Cancel))!;
        Assert.Equal(BackupState.Failed, failed.State);
        Assert.Contains(lab.Shelf.Path, failed.Detail, StringComparison.Ordinal);
        Assert.Equal(AlertKinds.BackupFailed, Assert.Single(lab.Get<AlertDesk>().Take()).Kind);
        Assert.Equal(["backup_failed"], await EventsAsync(lab));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_backup_is_of_one_moment_while_others_write(string kind)
    {
        await using var lab = await BackupLab.NewAsync(kind, postgres);
        await lab.FillAsync();
        await using var snapshot = await Snapshots.TakeAsync(lab.Database, Cancel);
        // A change over two tables after the moment; both tables are read only then.
        await lab.Database.WriteAsync(t => t.ExecuteAsync("DELETE FROM client_keys"), Cancel);
        await lab.Database.WriteAsync(t => t.ExecuteAsync("DELETE FROM users"), Cancel);
        using var file = new MemoryStream();
        var rows = new Dictionary<string, long>();
        await using var records = await FormatTests.RecordsAsync(file);
        foreach (var table in snapshot.Tables)
        {
            using var writer = await records.TableAsync(table.Name, table.ColumnNames, Cancel);
            await snapshot.CopyAsync(table, writer, count => rows[table.Name] = count, Cancel);
            await writer.CompleteAsync(Cancel);
        }

        await records.CompleteAsync(Cancel);
        Assert.Equal((3, 2), (rows["users"], rows["client_keys"]));
    }

    private static BackupClock Clock(BackupLab lab) => new(
        lab.Desk, lab.Get<BackupRetention>(), lab.Get<BackupMetrics>(), lab.Database, lab.Settings, lab.Clock, NullLogger<BackupClock>.Instance);

    private static async Task<(string State, string? Reason)> VerifyAsync(BackupLab lab, BackupInfo backup)
    {
        // Events of one millisecond have no order.
        lab.Clock.Advance(TimeSpan.FromSeconds(1));
        var row = (await lab.Desk.VerifyAsync(backup.Name, RequestOrigin.System, cancel: Cancel))!;
        return (row.State, row.Reason);
    }

    private static Task<IReadOnlyList<string>> EventsAsync(BackupLab lab) => lab.Database.ReadAsync(
        r => r.QueryAsync<string>("SELECT name FROM audit_events WHERE name LIKE 'backup%' ORDER BY id"), Cancel);
}
