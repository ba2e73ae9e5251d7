using System.Net.Http.Json;
using System.Text;
using AICodeManager.Server.Work.Workspaces.Environment;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Workspaces.Environment;

/// <summary>The environment of a workspace over HTTP and in the database.</summary>
public sealed class EnvironmentTests(EnvironmentServer live) : IClassFixture<EnvironmentServer>
{
    private const string Marked = "marked-value-3f81c0";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_be_set_listed_by_name_and_removed_and_no_answer_has_a_value()
    {
        var (owner, workspace) = await live.NewAsync();
        var route = $"workspaces/{workspace}/environment";
        var set = await PutAsync(owner, route, new() { ["B"] = Marked, ["A"] = "", ["C"] = "three" });
        Assert.Equal((200, true), (set.Status, set.Text.Contains("\"A\"", StringComparison.Ordinal)));
        Assert.DoesNotContain(Marked, set.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await PutAsync(owner, route, new() { ["B"] = "changed" })).Status);
        Assert.Equal((204, null), await owner.TryAsync(HttpMethod.Delete, $"{route}/C"));
        Assert.Equal((404, "not_found"), await owner.TryAsync(HttpMethod.Delete, $"{route}/C"));
        Assert.Equal((404, "not_found"), await owner.TryAsync(HttpMethod.Delete, $"{route}/no%20name"));

        var first = await owner.GetAsync($"{route}?limit=1");
        Assert.Equal(("A", "A"), (first.GetProperty("items")[0].GetProperty("name").GetString(), first.GetProperty("next").GetString()));
        var second = await owner.GetAsync($"{route}?limit=1&cursor=A");
        Assert.Equal(["name", "updated_at", "updated_by"], second.GetProperty("items")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal("B", second.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(
            ["""{"set":"A B C"}""", """{"set":"B"}""", """{"removed":"C"}"""],
            (await live.AuditedAsync("environment_changed", workspace)).Select(d => d.GetRawText()));
        var opened = await Store.OpenAsync(Guid.Parse(workspace), Cancel);
        Assert.Equal(["A=", "B=changed"], opened.Select(v => $"{v.Key}={v.Value.Reveal()}"));
    }

    [Fact]
    public async Task Can_be_read_by_its_members_and_changed_by_its_owners_alone()
    {
        var (owner, workspace) = await live.NewAsync();
        var (editor, viewer, stranger) = (await live.Server.SignUpAsync(), await live.Server.SignUpAsync(), await live.Server.SignUpAsync());
        foreach (var (who, role) in ((ApiClient, string)[])[(editor, "editor"), (viewer, "viewer")])
        {
            var email = (await who.GetAsync("auth/me")).GetProperty("email").GetString();
            await owner.PostAsync($"workspaces/{workspace}/members", new { email, role });
        }

        var (route, body) = ($"workspaces/{workspace}/environment", new { values = new { A = "1" } });
        Assert.Equal((200, null), await owner.TryAsync(HttpMethod.Put, route, body));
        foreach (var member in (ApiClient[])[editor, viewer])
        {
            Assert.Equal((200, null), await member.TryAsync(HttpMethod.Get, route));
            Assert.Equal((403, "membership_insufficient"), await member.TryAsync(HttpMethod.Put, route, body));
            Assert.Equal((403, "membership_insufficient"), await member.TryAsync(HttpMethod.Delete, $"{route}/A"));
        }

        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Get, route));
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Put, route, body));
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Delete, $"{route}/A"));
        Assert.Equal((401, "authentication_required"), await live.Server.Anonymous().TryAsync(HttpMethod.Put, route, body));
        Assert.Equal(1, (await owner.GetAsync(route)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Cannot_hold_names_or_values_that_are_none_and_says_so_without_the_value()
    {
        var (owner, workspace) = await live.NewAsync();
        var route = $"workspaces/{workspace}/environment";
        var refused = await PutAsync(owner, route, new()
        {
            ["LD_PRELOAD"] = Marked, ["1st"] = Marked, ["NUL"] = $"{Marked}\0", ["LONG"] = Marked + new string('x', EnvironmentLimits.MaxValue), ["GOOD"] = Marked,
        });
        Assert.Equal(400, refused.Status);
        Assert.DoesNotContain(Marked, refused.Text, StringComparison.Ordinal);
        foreach (var said in (string[])["'LD_PRELOAD' is kept for others", "'1st' is no name", "values.NUL", "values.LONG"])
        {
            Assert.Contains(said, refused.Text, StringComparison.Ordinal);
        }

        foreach (var body in (string[])[
            "{}", """{"values":null}""", """{"values":{}}""", """{"values":{"A":null}}""", """{"values":{"A":1}}""", """{"values":{"A":["b"]}}""",
            """{"values":["A"]}""", """{"values":{"A":"1","A":"2"}}""", """{"values":{"A":"\ud800"}}""", """{"values":{"A":"1"},"more":1}"""])
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            var (status, code) = await owner.TryAsync(HttpMethod.Put, route, content);
            Assert.True(status == 400 && code is "malformed_body" or "invalid_input", $"{body}: {status} {code}");
        }

        Assert.Equal(0, (await owner.GetAsync(route)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Cannot_grow_past_its_bounds_and_what_would_is_refused_whole()
    {
        var (owner, workspace) = await live.NewAsync();
        var route = $"workspaces/{workspace}/environment";
        Assert.Equal(400, (await PutAsync(owner, route, Numbered(0, EnvironmentLimits.MaxVariables + 1))).Status);
        Assert.Equal(200, (await PutAsync(owner, route, Numbered(0, EnvironmentLimits.MaxVariables))).Status);
        Assert.Equal(200, (await PutAsync(owner, route, Numbered(0, 2))).Status);
        var more = await PutAsync(owner, route, Numbered(EnvironmentLimits.MaxVariables - 1, 2));
        Assert.Equal((409, true), (more.Status, more.Text.Contains("environment_full", StringComparison.Ordinal)));

        // Escaped six times as long as they are: the whole of it fits into one request.
        var escaped = string.Concat(Enumerable.Repeat("\\u0041", EnvironmentLimits.MaxValue));
        var eight = string.Join(',', Enumerable.Range(0, 7).Select(n => $"\"N{n}\":\"{escaped}\""));
        using var content = new StringContent("{\"values\":{" + eight + "}}", Encoding.UTF8, "application/json");
        Assert.Equal((200, null), await owner.TryAsync(HttpMethod.Put, route, content));
        Assert.Equal(409, (await PutAsync(owner, route, new() { ["N7"] = new string('x', EnvironmentLimits.MaxValue) })).Status);
        Assert.Equal(EnvironmentLimits.MaxVariables, (await owner.GetAsync($"{route}?limit=200")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_value_that_looks_like_an_attack_is_a_value_and_leaves_no_trace()
    {
        var (owner, workspace) = await live.NewAsync();
        var route = $"workspaces/{workspace}/environment";
        var attack = $"{Marked}' OR '1'='1'; DROP TABLE users; -- <script>alert(1)</script> $(cat /etc/passwd) ../../../../etc/shadow";
        Assert.Equal(200, (await PutAsync(owner, route, new() { ["QUERY"] = attack })).Status);
        Assert.Equal(0, await live.Server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE details LIKE @Part", new { Part = $"%{Marked}%" }), Cancel));
    }

    [Fact]
    public async Task A_value_that_was_moved_altered_or_put_back_does_not_open()
    {
        var (owner, workspace) = await live.NewAsync();
        var (id, route) = (Guid.Parse(workspace), $"workspaces/{workspace}/environment");
        await PutAsync(owner, route, new() { ["A"] = "old", ["B"] = "other" });
        var (old, other) = (await SealedAsync("A"), await SealedAsync("B"));
        Assert.DoesNotContain("old", old, StringComparison.Ordinal);
        await PutAsync(owner, route, new() { ["A"] = "new" });
        var sealedNow = await SealedAsync("A");

        foreach (var wrong in (string[])[old, other, sealedNow[..^2] + (sealedNow[^2] == 'A' ? "B" : "A") + sealedNow[^1], "", "new", "v1.new"])
        {
            await WriteAsync(wrong);
            var unreadable = await Assert.ThrowsAsync<EnvironmentUnreadableException>(() => Store.OpenAsync(id, Cancel));
            Assert.Contains("The value of A ", unreadable.Message, StringComparison.Ordinal);
        }

        await WriteAsync(sealedNow);
        Assert.Equal("new", (await Store.OpenAsync(id, Cancel))["A"].Reveal());

        // Removed and set anew, the version goes on: the value of the life before does not open in this one.
        await owner.DeleteAsync($"{route}/A");
        await PutAsync(owner, route, new() { ["A"] = "newest" });
        await WriteAsync(sealedNow);
        await Assert.ThrowsAsync<EnvironmentUnreadableException>(() => Store.OpenAsync(id, Cancel));

        // Somebody who writes to the database past the server does not get a name to the agent that the server refuses.
        await owner.DeleteAsync($"{route}/A");
        await live.Server.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE workspace_environment SET name = 'LD_PRELOAD' WHERE workspace_id = @workspace", new { workspace }), Cancel);
        await Assert.ThrowsAsync<EnvironmentUnreadableException>(() => Store.OpenAsync(id, Cancel));

        async Task<string> SealedAsync(string name) => (await live.Server.Database.ReadAsync(r => r.ScalarAsync<string>(
            "SELECT value FROM workspace_environment WHERE workspace_id = @workspace AND name = @name", new { workspace, name }), Cancel))!;

        Task WriteAsync(string value) => live.Server.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE workspace_environment SET value = @value WHERE workspace_id = @workspace AND name = 'A'", new { workspace, value }), Cancel);
    }

    [Fact]
    public async Task A_value_of_one_workspace_does_not_open_in_another()
    {
        var ((owner, mine), (stranger, theirs)) = (await live.NewAsync(), await live.NewAsync());
        await PutAsync(owner, $"workspaces/{mine}/environment", new() { ["A"] = "mine" });
        await PutAsync(stranger, $"workspaces/{theirs}/environment", new() { ["A"] = "theirs" });
        await live.Server.Database.WriteAsync(t => t.ExecuteAsync(
            """
            UPDATE workspace_environment SET value = (SELECT value FROM workspace_environment WHERE workspace_id = @mine) WHERE workspace_id = @theirs
            """, new { mine, theirs }), Cancel);
        await Assert.ThrowsAsync<EnvironmentUnreadableException>(() => Store.OpenAsync(Guid.Parse(theirs), Cancel));
    }

    [Fact]
    public async Task Goes_with_its_workspace()
    {
        var (owner, workspace) = await live.NewAsync();
        await PutAsync(owner, $"workspaces/{workspace}/environment", new() { ["A"] = "1" });
        await owner.DeleteAsync($"workspaces/{workspace}");
        Assert.Equal(0, await live.Server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM workspace_environment WHERE workspace_id = @workspace", new { workspace }), Cancel));
    }

    [Fact]
    public async Task Two_who_write_at_once_do_not_get_past_the_bounds_together()
    {
        var (owner, workspace) = await live.NewAsync();
        var route = $"workspaces/{workspace}/environment";
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => PutAsync(owner, route, Numbered(n * 40, 40))));
        Assert.Equal([200, 200, 409, 409], answers.Select(a => a.Status).Order());
        Assert.Equal(80, (await owner.GetAsync($"{route}?limit=200")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Whether_the_audit_keeps_content_is_the_owners_to_say_and_for_all_members_to_see()
    {
        var (owner, workspace) = await live.NewAsync();
        Assert.False((await owner.GetAsync($"workspaces/{workspace}")).GetProperty("audit_content").GetBoolean());
        foreach (var body in (object[])[
            new { name = "w", audit_content = true }, new { name = "renamed" }, new { name = "w", audit_content = true }, new { name = "w", audit_content = false }])
        {
            Assert.Equal((200, null), await owner.TryAsync(HttpMethod.Put, $"workspaces/{workspace}", body));
        }

        Assert.Equal(
            ["""{"content":true}""", """{"content":false}"""],
            (await live.AuditedAsync("audit_content_changed", workspace)).Select(d => d.GetRawText()));
        Assert.Equal((400, "malformed_body"), await owner.TryAsync(HttpMethod.Put, $"workspaces/{workspace}", new { name = "w", audit_content = "yes" }));
    }

    private EnvironmentStore Store => live.Server.Services.GetRequiredService<EnvironmentStore>();

    private static Dictionary<string, string> Numbered(int from, int count) =>
        Enumerable.Range(from, count).ToDictionary(n => $"N{n}", n => $"value {n}");

    private static async Task<(int Status, string Text)> PutAsync(ApiClient who, string route, Dictionary<string, string> values)
    {
        using var answer = await who.Http.PutAsync($"/api/v1/{route}", JsonContent.Create(new { values }), Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
