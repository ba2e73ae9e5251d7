using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Storage;

/// <summary>What the server asks of any database, asked of both.</summary>
public sealed class DatabaseTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Migrating_again_changes_nothing(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        Assert.Empty(await Migrator.ApplyAsync(database, TimeProvider.System, Cancel));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Cannot_start_on_a_schema_of_a_newer_server(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await database.WriteAsync(t => t.ExecuteAsync(
            "INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, 'later', 0)"), Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Migrator.ApplyAsync(database, TimeProvider.System, Cancel));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Nodes_that_migrate_at_once_do_so_once(string kind)
    {
        var url = kind == "sqlite" ? null : await postgres.NewDatabaseAsync();
        await using var database = url is null ? Database.Sqlite(folder.File("m.db")) : Database.Postgres(url);
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => Migrator.ApplyAsync(database, TimeProvider.System, Cancel))));
        Assert.Single(applied, a => a.Count > 0);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Times_ids_and_nothing_come_back_as_they_went_in(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var at = DateTimeOffset.Parse("2026-11-21T07:08:09.123Z");
        var id = Guid.CreateVersion7(at);
        await database.WriteAsync(t => t.ExecuteAsync(
            """
            INSERT INTO users (id, email, email_key, name, role, password_hash, disabled_at, created_at)
            VALUES (@id, '김@example.com', 'k', '김철수', 'user', 'x', @never, @at)
            """, new { id, at, never = (DateTimeOffset?)null }), Cancel);
        var row = await database.ReadAsync(r => r.SingleAsync<UserRow>("SELECT * FROM users WHERE id = @id", new { id }), Cancel);
        Assert.Equal(new UserRow { Id = id, Name = "김철수", CreatedAt = at, DisabledAt = null }, row);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_change_whose_event_cannot_be_written_is_not_made(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var audit = AuditWriting.Trail(database);
        await database.WriteAsync(t => t.ExecuteAsync("DROP TABLE audit_events"), Cancel);
        await Assert.ThrowsAnyAsync<Exception>(() => database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES ('a', 'a', 'a', 'a', 'a', 'a', 0)");
            await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("user_created"));
        }, Cancel));
        Assert.Equal(0, await database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM users"), Cancel));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Many_writers_at_once_all_succeed(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var audit = AuditWriting.Trail(database);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                await audit.RecordAsync(RequestOrigin.System, new AuditEvent("tick"), Cancel);
            }
        }, Cancel)));
        Assert.Equal(200, await database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'tick'"), Cancel));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Parts_of_a_transaction_prepare_in_it_and_are_told_of_its_end(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var (kept, undone, unprepared) = (new Part("INSERT INTO parts VALUES (1)"), new Part("INSERT INTO nowhere VALUES (1)"), new Part("SELECT 1"));
        await database.WriteAsync(t => t.ExecuteAsync("CREATE TABLE parts (n BIGINT)"), Cancel);
        await database.WriteAsync(
            t =>
            {
                Assert.Same(t.Enlist(this, () => kept), t.Enlist<Part>(this, () => throw new InvalidOperationException("made twice")));
                return Task.CompletedTask;
            }, Cancel);
        await Assert.ThrowsAnyAsync<Exception>(() => database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("INSERT INTO parts VALUES (2)");
            t.Enlist(this, () => undone);
        }, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync(
            t =>
            {
                t.Enlist(this, () => unprepared);
                throw new InvalidOperationException("changed its mind");
            }, Cancel));
        Assert.Equal((TransactionEnd.Kept, TransactionEnd.Undone, TransactionEnd.Undone), (kept.End, undone.End, unprepared.End));
        Assert.Equal((true, true, false), (kept.Prepared, undone.Prepared, unprepared.Prepared));
        Assert.Equal(1, await database.ReadAsync(r => r.ScalarAsync<long>("SELECT SUM(n) FROM parts"), Cancel));
    }

    [Fact]
    public async Task Writers_to_SQLite_take_turns_and_a_waiting_one_can_leave()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("CREATE TABLE held (n BIGINT)");
            begun.SetResult();
            await end.Task;
        }, Cancel);
        await begun.Task;
        using var gone = new CancellationTokenSource();
        var second = database.WriteAsync(t => t.ExecuteAsync("INSERT INTO held VALUES (1)"), gone.Token);
        var third = database.WriteAsync(t => t.ExecuteAsync("INSERT INTO held VALUES (2)"), Cancel);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        end.SetResult();
        await first;
        await third;
        Assert.Equal(2, await database.ReadAsync(r => r.ScalarAsync<long>("SELECT SUM(n) FROM held"), Cancel));
    }

    [Fact]
    public void A_database_address_is_never_repeated_in_a_fault()
    {
        var fault = Assert.Throws<FormatException>(() => PostgresUrl.ToConnectionString(new Secret("mysql://root:hunter2@db/x")));
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private sealed class Part(string sql) : IEnlisted
    {
        public bool Prepared { get; private set; }
        public TransactionEnd? End { get; private set; }

        public Task PrepareAsync(Transaction transaction)
        {
            Prepared = true;
            return transaction.ExecuteAsync(sql);
        }

        public void Ended(TransactionEnd end) => End = end;
    }

    private sealed record UserRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? DisabledAt { get; init; }
    }
}
