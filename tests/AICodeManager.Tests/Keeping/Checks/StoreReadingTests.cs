using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Checks;
using AICodeManager.Server.Keeping.Checks.Readings;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>What a real Redis, a real PostgreSQL and this machine tell.</summary>
public sealed class StoreReadingTests(SharedRedis redis, PostgresServer postgres) : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_tells_what_the_items_ask()
    {
        await using var lab = await CheckLab.NewAsync();
        var read = (await RedisReading.ReadAsync(Session(lab, redis.Server), TimeProvider.System, Cancel))!;
        Assert.True(read is { OpenToAll: false, Tls: false, Local: true, Eviction: "noeviction", AppendOnly: false, Save: "", Major: >= 6 }, $"{read}");
        Assert.InRange(read.ClockAhead, -1_000, 1_000);
        Assert.Null(await RedisReading.ReadAsync(lab.Scene.Settings.Session, TimeProvider.System, Cancel));
    }

    [Fact]
    public async Task A_redis_without_a_password_is_seen()
    {
        await using var lab = await CheckLab.NewAsync();
        await using var open = await RedisServer.StartAsync();
        await open.CommandAsync("CONFIG", "SET", "requirepass", "");
        var settings = Session(lab, open) with { Redis = lab.Scene.Settings.Session.Redis with { Url = new Secret($"redis://127.0.0.1:{open.Port}"), Password = null } };
        Assert.True((await RedisReading.ReadAsync(settings, TimeProvider.System, Cancel))!.OpenToAll);
    }

    [Fact]
    public async Task PostgreSQL_tells_what_the_items_ask_and_every_row_is_read()
    {
        await using var lab = await CheckLab.NewAsync();
        await using var database = await Databases.NewAsync("postgresql", postgres, folder);
        var read = (await PostgresReading.ReadAsync(database, TimeProvider.System, Cancel))!;
        Assert.True(read is { Role: "aicli", Tls: false, Local: true, Checksums: "on" or "off" } && read.Powers.StartsWith("superuser", StringComparison.Ordinal), $"{read}");
        Assert.InRange(read.ClockAhead, -1_000, 1_000);
        Assert.Null(await PostgresReading.ReadAsync(lab.Database, TimeProvider.System, Cancel));

        lab.Change(scene => scene with { Database = database, Postgres = CheckLab.Once<PostgresReading?>(read) });
        var found = await Breaks.Item("database_integrity").Look(lab.Scene, Cancel);
        Assert.Equal(CheckResult.Pass, found.Result);
        Assert.Contains("rows of every table can be read", found.Evidence, StringComparison.Ordinal);
        await database.WriteAsync(t => t.ExecuteAsync("CREATE EXTENSION amcheck"), Cancel);
        Assert.Contains("are in order (amcheck)", (await Breaks.Item("database_integrity").Look(lab.Scene, Cancel)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task This_machine_and_its_files_are_read()
    {
        await using var lab = await CheckLab.NewAsync();
        var file = lab.Scene.Settings.Security.Tls.KeyFile!;
        Assert.Empty(HostReading.Read(lab.Scene.Settings, null).OpenToOthers);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var read = HostReading.Read(lab.Scene.Settings, null);
        Assert.Equal($"{file} (0404)", Assert.Single(read.OpenToOthers));
        Assert.True(read.Disk.Total > read.Disk.Free && read.Disk.Free > 0);
        Assert.Equal(Environment.UserName == "root", read.IsRoot);
        Assert.True(read.OpenFiles > 0);
    }

    [Theory]
    [InlineData("csrf:\n  secret_key: abc", true)]
    [InlineData("csrf:\n  secret_key: \"${CSRF}\"", false)]
    [InlineData("# secret_key: abc", false)]
    public async Task A_configuration_file_with_a_secret_in_it_is_for_this_user_alone(string text, bool told)
    {
        await using var lab = await CheckLab.NewAsync();
        var file = folder.File("config.yml");
        await File.WriteAllTextAsync(file, text, Cancel);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        Assert.Equal(told ? 1 : 0, HostReading.Read(lab.Scene.Settings, file).OpenToOthers.Count);
    }

    public void Dispose() => folder.Dispose();

    private static SessionSettings Session(CheckLab lab, RedisServer server) => lab.Scene.Settings.Session with
    {
        Store = SessionStoreKind.Redis,
        Redis = lab.Scene.Settings.Session.Redis with { Url = server.Options.Url, Password = server.Options.Password },
    };
}
