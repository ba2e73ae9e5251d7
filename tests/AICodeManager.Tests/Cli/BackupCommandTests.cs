namespace AICodeManager.Tests.Cli;

public sealed class BackupCommandTests
{
    private const string Id = "0aaaf2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f", Name = "aicli-20261121T020000Z-1a2b3c4d.aicb";

    [Fact]
    public async Task Can_make_one_and_wait_for_its_end()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("POST /admin/backups", Backup("running"), 202).On($"GET /admin/backups/{Id}", Backup("running")).On($"GET /admin/backups/{Id}", Backup("verified"));

        Assert.Equal(0, await aicli.RunAsync("admin", "backups", "create", "--working-copies", "true"));

        Assert.Contains("verified, 7 rows", aicli.Out.ToString());
        Assert.True(api.Seen.First().Json.GetProperty("working_copies").GetBoolean());
    }

    [Fact]
    public async Task Can_tell_a_failed_one_by_the_exit_code()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("POST /admin/backups", Backup("running"), 202).On($"GET /admin/backups/{Id}", Backup("failed", "disk_full", "The disk is full."));

        Assert.Equal(1, await aicli.RunAsync("admin", "backups", "create"));
        Assert.Contains("disk_full", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_name_one_by_its_file_to_verify_and_delete_it()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/backups", Some.List(Backup("found"))).On($"POST /admin/backups/{Id}/verify", Backup("found"), 202)
            .On($"GET /admin/backups/{Id}", Backup("failed", "cut_off", "The backup is cut off.")).On($"DELETE /admin/backups/{Id}", null, 204);

        Assert.Equal(1, await aicli.RunAsync("admin", "backups", "verify", Name));
        Assert.Contains("cut_off", aicli.Out.ToString());
        Assert.Equal(0, await aicli.RunAsync("admin", "backups", "delete", Name, "--yes"));
        Assert.Equal(2, await aicli.RunAsync("admin", "backups", "delete", "elsewhere.aicb", "--yes"));
    }

    private static object Backup(string state, string? reason = null, string? detail = null) => new
    {
        id = Id, name = Name, state, started_at = Some.At, checked_at = reason is null ? null : (DateTimeOffset?)DateTimeOffset.UnixEpoch, verified_at = state == "verified" ? (DateTimeOffset?)DateTimeOffset.UnixEpoch : null,
        bytes = 1000, row_count = 7, reason, detail, node = "here",
    };
}
