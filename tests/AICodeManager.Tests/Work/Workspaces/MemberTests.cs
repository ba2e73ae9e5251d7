using System.Text.Json;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Workspaces;

public sealed class MemberTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private LiveServer server = null!;
    private ApiClient owner = null!;
    private string workspace = "";

    public async ValueTask InitializeAsync()
    {
        server = await LiveServer.StartAsync();
        owner = await server.SignUpAsync();
        workspace = (await owner.PostAsync("workspaces", new { name = "team" })).GetProperty("id").GetString()!;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Whoever_makes_a_workspace_owns_it_and_can_add_change_and_remove_others()
    {
        var (guest, id, email) = await GuestAsync();
        var added = await owner.PostAsync(Members, new { email = email.ToUpperInvariant(), role = "viewer" });
        Assert.Equal((id, email, "viewer"), (added.GetProperty("user_id").GetString(), added.GetProperty("email").GetString(), added.GetProperty("role").GetString()));
        Assert.Equal("viewer", (await guest.GetAsync($"workspaces/{workspace}")).GetProperty("role").GetString());
        Assert.Equal((200, null), await owner.TryAsync(HttpMethod.Put, $"{Members}/{id}", new { role = "editor" }));
        Assert.Equal(["owner", "editor"], await RolesAsync(guest));
        Assert.Equal((204, null), await owner.TryAsync(HttpMethod.Delete, $"{Members}/{id}"));
        Assert.Equal((404, "not_found"), await guest.TryAsync(HttpMethod.Get, $"workspaces/{workspace}"));
        Assert.Equal((404, "not_found"), await owner.TryAsync(HttpMethod.Delete, $"{Members}/{id}"));
        Assert.Equal((404, "not_found"), await owner.TryAsync(HttpMethod.Put, $"{Members}/{id}", new { role = "editor" }));
        Assert.Equal(
            ["member_added viewer", "member_role_changed editor", "member_removed editor"],
            await server.Database.ReadAsync(async r => from happened in await r.QueryAsync<Row>(
                "SELECT name, details FROM audit_events WHERE name LIKE 'member%' AND resource_id = @workspace ORDER BY id", new { workspace })
                select $"{happened.Name} {JsonElement.Parse(happened.Details).GetProperty("role")}", Cancel));
    }

    [Fact]
    public async Task A_change_of_membership_is_in_force_with_the_next_request()
    {
        var (guest, id, email) = await GuestAsync();
        await owner.PostAsync(Members, new { email, role = "owner" });
        Assert.Equal((200, null), await guest.TryAsync(HttpMethod.Put, $"workspaces/{workspace}", new { name = "renamed" }));
        await owner.TryAsync(HttpMethod.Put, $"{Members}/{id}", new { role = "editor" });
        Assert.Equal((403, "membership_insufficient"), await guest.TryAsync(HttpMethod.Put, $"workspaces/{workspace}", new { name = "again" }));
        Assert.Equal((403, "membership_insufficient"), await guest.TryAsync(HttpMethod.Delete, $"workspaces/{workspace}"));
        Assert.Equal((403, "membership_insufficient"), await guest.TryAsync(HttpMethod.Post, Members, new { email, role = "owner" }));
        Assert.Equal((403, "membership_insufficient"), await guest.TryAsync(HttpMethod.Put, $"{Members}/{id}", new { role = "owner" }));
        await server.Services.GetRequiredService<StandingStore>().ChangeAsync(
            Guid.Parse(id), endSessions: false, t => t.ExecuteAsync("UPDATE users SET role = 'viewer' WHERE id = @id", new { id }), Cancel);
        Assert.Equal((403, "permission_denied"), await guest.TryAsync(HttpMethod.Post, $"workspaces/{workspace}/projects", new { name = "p" }));
        Assert.Equal((200, null), await guest.TryAsync(HttpMethod.Get, $"workspaces/{workspace}"));
    }

    [Fact]
    public async Task The_refusal_names_the_membership_it_takes()
    {
        var (guest, _, email) = await GuestAsync();
        await owner.PostAsync(Members, new { email, role = "viewer" });
        using var answer = await guest.Http.DeleteAsync($"/api/v1/workspaces/{workspace}", Cancel);
        Assert.Contains("'owner'", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anybody_may_leave_but_only_an_owner_puts_others_out()
    {
        var (guest, id, email) = await GuestAsync("viewer");
        var (other, otherId, otherEmail) = await GuestAsync();
        await owner.PostAsync(Members, new { email, role = "owner" });
        await owner.PostAsync(Members, new { email = otherEmail, role = "editor" });
        Assert.Equal((403, "permission_denied"), await guest.TryAsync(HttpMethod.Delete, $"{Members}/{otherId}"));
        Assert.Equal((403, "membership_insufficient"), await other.TryAsync(HttpMethod.Delete, $"{Members}/{id}"));
        Assert.Equal((204, null), await guest.TryAsync(HttpMethod.Delete, $"{Members}/{id}"));
        Assert.Equal((204, null), await other.TryAsync(HttpMethod.Delete, $"{Members}/{otherId}"));
        Assert.Equal((404, "not_found"), await other.TryAsync(HttpMethod.Delete, $"{Members}/{otherId}"));
    }

    [Fact]
    public async Task The_last_owner_can_neither_leave_nor_become_less()
    {
        var me = (await owner.GetAsync("auth/me")).GetProperty("id").GetString();
        var (_, id, email) = await GuestAsync();
        await owner.PostAsync(Members, new { email, role = "editor" });
        Assert.Equal((409, "last_owner"), await owner.TryAsync(HttpMethod.Delete, $"{Members}/{me}"));
        Assert.Equal((409, "last_owner"), await owner.TryAsync(HttpMethod.Put, $"{Members}/{me}", new { role = "editor" }));
        Assert.Equal((200, null), await owner.TryAsync(HttpMethod.Put, $"{Members}/{me}", new { role = "owner" }));
        var admin = await server.SignUpAsync("admin");
        Assert.Equal((409, "last_owner"), await admin.TryAsync(HttpMethod.Delete, $"{Members}/{me}"));
        await owner.TryAsync(HttpMethod.Put, $"{Members}/{id}", new { role = "owner" });
        Assert.Equal((204, null), await owner.TryAsync(HttpMethod.Delete, $"{Members}/{me}"));
    }

    [Fact]
    public async Task Only_an_account_that_can_sign_in_is_added_and_only_once()
    {
        var (_, id, email) = await GuestAsync();
        Assert.Equal((404, "no_such_user"), await owner.TryAsync(HttpMethod.Post, Members, new { email = "nobody@example.com", role = "viewer" }));
        await owner.PostAsync(Members, new { email, role = "viewer" });
        Assert.Equal((409, "already_member"), await owner.TryAsync(HttpMethod.Post, Members, new { email, role = "owner" }));
        await owner.TryAsync(HttpMethod.Delete, $"{Members}/{id}");
        await server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET disabled_at = 1 WHERE id = @id", new { id }), Cancel);
        Assert.Equal((404, "no_such_user"), await owner.TryAsync(HttpMethod.Post, Members, new { email, role = "viewer" }));
        Assert.Equal((400, "invalid_input"), await owner.TryAsync(HttpMethod.Post, Members, new { email, role = "administrator" }));
        Assert.Equal((400, "invalid_input"), await owner.TryAsync(HttpMethod.Post, Members, new { email = "nobody", role = "viewer" }));
    }

    [Fact]
    public async Task A_stranger_learns_no_address_by_adding_it()
    {
        var (stranger, _, email) = await GuestAsync();
        foreach (var address in new[] { email, "nobody@example.com" })
        {
            Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Post, Members, new { email = address, role = "viewer" }));
        }
    }

    [Fact]
    public async Task A_user_lists_the_workspaces_they_belong_to_and_an_administrator_all()
    {
        var (guest, _, email) = await GuestAsync();
        await guest.PostAsync("workspaces", new { name = "team" });
        Assert.Equal(1, (await guest.GetAsync("workspaces")).GetProperty("items").GetArrayLength());
        await owner.PostAsync(Members, new { email, role = "viewer" });
        Assert.Equal(["viewer", "owner"], (await guest.GetAsync("workspaces")).GetProperty("items").EnumerateArray().Select(w => w.GetProperty("role").GetString()));
        var admin = await server.SignUpAsync("admin");
        Assert.Equal(["administrator", "administrator"], (await admin.GetAsync("workspaces")).GetProperty("items").EnumerateArray().Select(w => w.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task A_second_owner_cannot_try_out_how_the_first_ones_other_workspaces_are_called()
    {
        var (guest, _, email) = await GuestAsync();
        await owner.PostAsync(Members, new { email, role = "owner" });
        await owner.PostAsync("workspaces", new { name = "secret plan" });
        Assert.Equal((200, null), await guest.TryAsync(HttpMethod.Put, $"workspaces/{workspace}", new { name = "secret plan" }));
        Assert.Equal((409, "name_taken"), await owner.TryAsync(HttpMethod.Put, $"workspaces/{workspace}", new { name = "secret plan" }));
    }

    [Fact]
    public async Task Pages_of_members_follow_their_cursor_without_gap_or_repetition()
    {
        for (var i = 0; i < 4; i++)
        {
            await owner.PostAsync(Members, new { (await GuestAsync()).Email, role = "viewer" });
        }

        List<string?> seen = [];
        string? cursor = null;
        do
        {
            var page = await owner.GetAsync($"{Members}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("user_id").GetString()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
    }

    private string Members => $"workspaces/{workspace}/members";

    private async Task<(ApiClient Client, string Id, string Email)> GuestAsync(string role = "user")
    {
        var client = await server.SignUpAsync(role);
        var me = await client.GetAsync("auth/me");
        return (client, me.GetProperty("id").GetString()!, me.GetProperty("email").GetString()!);
    }

    private async Task<IEnumerable<string?>> RolesAsync(ApiClient client) =>
        (await client.GetAsync(Members)).GetProperty("items").EnumerateArray().Select(m => m.GetProperty("role").GetString());

    private sealed record Row
    {
        public string Name { get; init; } = "";
        public string Details { get; init; } = "";
    }
}
