using System.Net;
using System.Text.Json;

namespace AICodeManager.Tests.Keeping.Audit.Reading;

public sealed class ListTests(AuditServer audit) : IClassFixture<AuditServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static readonly string[] Hostile =
    [
        "'", "' OR '1'='1", "'; DROP TABLE audit_events; --", "\" OR \"\"=\"", "\\", "%", "_", "*", "@name", "$1", "a' UNION SELECT email FROM users --", "\t",
        "\u202e", "２", "null", "[]", "0x41", "1e3",
    ];

    [Fact]
    public async Task Nothing_hostile_in_a_filter_reaches_more_than_the_filter()
    {
        await Events.AddAsync(audit.Server.Database, [Events.At(Events.Start) with { ResourceId = "only-this" }]);
        var before = await CountAsync();
        foreach (var filter in (string[])["from", "to", "name", "outcome", "actor", "session", "key", "request", "address", "resource_type", "resource_id", "order", "limit", "cursor", "format"])
        {
            foreach (var value in Hostile)
            {
                using var answer = await audit.Admin.Http.GetAsync($"/api/v1/admin/audit?{filter}={Uri.EscapeDataString(value)}", Cancel);
                var text = await answer.Content.ReadAsStringAsync(Cancel);
                if (answer.StatusCode == HttpStatusCode.BadRequest)
                    Assert.True(!JsonElement.Parse(text).TryGetProperty("errors", out var errors) || errors.TryGetProperty(filter, out _), $"{filter}={value}: {text}");
                else
                    Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, JsonElement.Parse(text).GetProperty("items").GetArrayLength()));
            }
        }

        // Refusals are events themselves, written beside.
        Assert.True(await CountAsync() >= before);
        Assert.Equal(1, (await audit.Admin.GetAsync("admin/audit?resource_id=only-this")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("nam=login", "nam", "is not known; accepted are from, to, name")]
    [InlineData("Name=login", "Name", "is not known")]
    [InlineData("outcome=ok", "outcome", "success, refused, failure")]
    [InlineData("outcome=success&outcome=refused", "outcome", "more than once")]
    [InlineData("from=2026-11-03", "from", "RFC 3339")]
    [InlineData("from=2026-11-03T09:00:00", "from", "RFC 3339")]
    [InlineData("from=2026-13-03T09:00:00Z", "from", "RFC 3339")]
    [InlineData("from=2026-11-03T09:00:00Z&to=2026-11-03T09:00:00Z", "to", "later than from")]
    [InlineData("actor=ada", "actor", "UUID")]
    [InlineData("cursor=x", "cursor", "next")]
    [InlineData("limit=0", "limit", "1 to 200")]
    [InlineData("limit=201", "limit", "1 to 200")]
    [InlineData("format=csv", "format", "json, jsonl, ocsf")]
    [InlineData("format=jsonl&limit=5", "limit", "pages")]
    [InlineData("format=ocsf&order=newest", "order", "oldest")]
    [InlineData("address=203.0.113.0/7", "address", "IPv4 network")]
    [InlineData("name=login,,logout", "name", "names of events")]
    public async Task Cannot_ask_wrongly_without_being_told_what_is_accepted(string query, string field, string told)
    {
        using var answer = await audit.Admin.Http.GetAsync($"/api/v1/admin/audit?{query}", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("errors");
        Assert.Contains(told, errors.GetProperty(field)[0].GetString());
    }

    [Fact]
    public async Task Can_be_asked_by_every_field_that_an_event_has()
    {
        var (actor, session, key) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var mine = Events.At(Events.Start.AddDays(-10), "key_revoked") with
        {
            Outcome = "failure", ActorId = actor, SessionId = session, KeyId = key, RequestId = "0123456789abcdef", Address = "198.51.100.9", ResourceType = "key", ResourceId = key,
            Details = """{"user":"x","n":1}""",
        };
        await Events.AddAsync(audit.Server.Database, [mine]);
        foreach (var query in new[]
        {
            $"actor={actor}", $"session={session}", $"key={key}", "request=0123456789abcdef", "address=198.51.100.9", "address=198.51.100.0/24", $"resource_id={key}",
            $"resource_type=key&actor={actor}", "from=2026-10-24T08:59:59Z&to=2026-10-24T18:00:01%2B09:00", "name=key_revoked&outcome=failure", "name=nothing,key_revoked",
            "name=nothing&name=key_revoked", $"order=oldest&limit=1&actor={actor}",
        })
        {
            var items = (await audit.Admin.GetAsync($"admin/audit?{query}")).GetProperty("items");
            Assert.True(items.GetArrayLength() == 1, $"{query}: {items}");
            Assert.Equal((mine.Id, key, 1), (items[0].GetProperty("id").GetString(), items[0].GetProperty("key_id").GetString(), items[0].GetProperty("details").GetProperty("n").GetInt32()));
        }
    }

    [Fact]
    public async Task The_documents_other_name_of_a_login_finds_it()
    {
        var items = (await audit.Admin.GetAsync("admin/audit?name=login_success")).GetProperty("items");
        Assert.All(items.EnumerateArray(), item => Assert.Equal("login", item.GetProperty("name").GetString()));
        Assert.NotEqual(0, items.GetArrayLength());
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task Pages_repeat_nothing_and_miss_nothing_while_others_write(string order)
    {
        var at = Events.Start.AddDays(order == "newest" ? 1 : 2);
        var mine = Enumerable.Range(0, 120).Select(n => Events.At(at.AddMilliseconds(n), $"paged_{order}")).ToList();
        await Events.AddAsync(audit.Server.Database, mine);
        List<string> seen = [];
        string? cursor = null;
        do
        {
            var page = await audit.Admin.GetAsync($"admin/audit?name=paged_{order}&order={order}&limit=25{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next").GetString();
            // Somebody writes before the part that is read, where the pages come from.
            await Events.AddAsync(audit.Server.Database, [Events.At(order == "newest" ? at.AddHours(1) : at.AddHours(-1), $"paged_{order}")]);
        }
        while (cursor is not null);

        Assert.Equal(order == "newest" ? mine.Select(one => one.Id).OrderDescending(StringComparer.Ordinal) : mine.Select(one => one.Id).Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task A_row_that_somebody_damaged_does_not_hide_the_others()
    {
        var at = Events.Start.AddDays(5);
        await Events.AddAsync(audit.Server.Database,
        [
            Events.At(at, "damaged") with { ActorId = "not an id", Details = "{\"broken\n" }, Events.At(at.AddSeconds(1), "damaged") with { At = long.MaxValue, Details = "{\n\"a\": 1}" },
            Events.At(at.AddSeconds(2), "damaged"),
        ]);
        Assert.Equal(3, (await audit.Admin.GetAsync("admin/audit?name=damaged")).GetProperty("items").GetArrayLength());
        var lines = (await audit.Admin.Http.GetStringAsync("/api/v1/admin/audit?name=damaged&format=jsonl", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => JsonElement.Parse(line));
    }

    [Fact]
    public async Task Only_who_may_read_the_audit_reads_it()
    {
        var user = await audit.Server.SignUpAsync();
        foreach (var path in (string[])["admin/audit", "admin/audit?format=jsonl", "admin/audit/streams"])
        {
            Assert.Equal((403, "permission_denied"), await user.TryAsync(HttpMethod.Get, path));
            Assert.Equal((401, "authentication_required"), await audit.Server.Anonymous().TryAsync(HttpMethod.Get, path));
        }
    }

    private Task<long> CountAsync() => audit.Server.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events"), Cancel);
}
