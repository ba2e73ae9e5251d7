using System.Text;
using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Reading;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Audit.Reading;

/// <summary>Where only files are written, the same questions are answered from them.</summary>
public sealed class FileSourceTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TempFolder folder = new();
    private readonly List<AuditEntry> all = [];

    public FileSourceTests()
    {
        // Two processes over two days, the first one's second day torn by a kill and with a line that somebody damaged.
        Write("2026-11-03", "a", 1, Events.OfChain("a", 30));
        Write("2026-11-03", "b", 1, Events.OfChain("b", 12));
        Write("2026-11-04", "a", 2, Events.OfChain("a", 20, Events.Start.AddDays(1), first: 31), "{\"id\": \"damaged\n", "{\"id\":\"torn");
        File.WriteAllText(folder.File("checkpoints.jsonl"), "{}");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 7)]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 500)]
    [InlineData(false, 500)]
    public async Task Slices_repeat_nothing_and_miss_nothing(bool oldestFirst, int take)
    {
        var source = new FileAuditSource(folder.Path);
        List<string> seen = [];
        string? cursor = null;
        do
        {
            var slice = await source.NextAsync(new AuditFilter(), cursor, oldestFirst, take, Cancel);
            Assert.InRange(slice.Entries.Count, 0, take);
            seen.AddRange(slice.Entries.Select(entry => entry.Id));
            cursor = slice.Next;
            Assert.True(cursor is null || source.IsCursor(cursor), cursor);
        }
        while (cursor is not null);

        Assert.Equal(oldestFirst ? all.Select(entry => entry.Id) : all.Select(entry => entry.Id).Reverse(), seen);
    }

    [Fact]
    public async Task Filters_and_counts_are_those_of_the_database()
    {
        var source = new FileAuditSource(folder.Path);
        foreach (var filter in (AuditFilter[])
        [
            new(), new() { From = Events.Start.AddSeconds(10) }, new() { To = Events.Start.AddSeconds(10) }, new() { From = Events.Start.AddDays(1) }, new() { Names = ["logout"] },
        ])
        {
            var expected = all.Where(filter.Matches).ToList();
            Assert.Equal(expected.Select(entry => entry.Id), (await source.NextAsync(filter, null, true, 1_000, Cancel)).Entries.Select(entry => entry.Id));
            Assert.Equal(new AuditCount(expected.Count, false), await source.CountAsync(filter, 1_000, Cancel));
        }

        Assert.Equal(new AuditCount(5, true), await source.CountAsync(new AuditFilter(), 5, Cancel));
        Assert.Equal(0, (await new FileAuditSource(folder.File("nowhere")).CountAsync(new AuditFilter(), 5, Cancel)).Count);
    }

    [Theory]
    [InlineData("../../etc/passwd:0")]
    [InlineData("2026-11-03.../../x.000001.jsonl:0")]
    [InlineData("checkpoints.jsonl:0")]
    [InlineData("0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f")]
    public void Cannot_name_another_file_by_a_cursor(string text) => Assert.False(new FileAuditSource(folder.Path).IsCursor(text));

    [Fact]
    public async Task A_cursor_of_a_file_that_is_not_there_reads_what_lies_behind_it()
    {
        var source = new FileAuditSource(folder.Path);
        var gone = $"2026-11-03.{Guid.Empty:D}.000009.jsonl:77";
        Assert.Equal(all.Count, (await source.NextAsync(new AuditFilter(), gone, true, 500, Cancel)).Entries.Count);
    }

    [Fact]
    public async Task A_server_that_writes_files_only_answers_from_them()
    {
        await using var server = await LiveServer.StartAsync(new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" }, "audit:\n  storage: file\n");
        var admin = await server.SignUpAsync("admin");
        for (var n = 0; n < 5; n++)
            await admin.PostAsync("workspaces", new { name = $"w{n}" });
        Assert.Equal(0, await server.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events"), Cancel));
        var page = await admin.GetAsync("admin/audit?name=workspace_created&limit=3");
        var rest = await admin.GetAsync($"admin/audit?name=workspace_created&limit=3&cursor={Uri.EscapeDataString(page.GetProperty("next").GetString()!)}");
        Assert.Equal((3, 2, JsonValueKind.Null), (page.GetProperty("items").GetArrayLength(), rest.GetProperty("items").GetArrayLength(), rest.GetProperty("next").ValueKind));
        var lines = (await admin.Http.GetStringAsync("/api/v1/admin/audit?format=ocsf&name=workspace_created", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.Equal((400, "invalid_input"), await admin.TryAsync(HttpMethod.Get, $"admin/audit?cursor={Guid.NewGuid()}"));
    }

    private void Write(string day, string chain, int part, IEnumerable<AuditEntry> entries, params string[] more)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            all.Add(entry);
            text.Append(JsonSerializer.Serialize(entry, WireJson.Options)).Append('\n');
        }

        var id = $"{new string(chain[0], 8)}-0000-7000-8000-000000000000";
        File.WriteAllText(folder.File($"{day}.{id}.{part:D6}.jsonl"), text + string.Concat(more));
    }
}
