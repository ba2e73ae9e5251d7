using System.Net;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Admission;

/// <summary>What happens on one node is in force on the other with the next request, whichever of them it is.</summary>
public sealed class TwoNodesTests(SharedNodes shared) : IClassFixture<SharedNodes>
{
    /// <summary>Everything that ends somebody's access: who does it, where, and what the ended one is told.</summary>
    private static readonly Dictionary<string, (Func<Scene, Task<Visitor.Answer>> End, string Code, string? Reason)> Endings = new()
    {
        ["signing out"] = (s => s.Doomed.PostAsync("auth/logout"), "session_ended", "signed_out"),
        ["ending it by its id"] = (s => s.Other.SendAsync(HttpMethod.Delete, $"sessions/{s.DoomedId}"), "session_ended", "ended_by_user"),
        ["ending all others"] = (s => s.Other.SendAsync(HttpMethod.Delete, "sessions?except=current"), "session_ended", "ended_by_user"),
        ["revoking its refresh token"] = (s => s.Other.PostAsync("auth/revoke", new { token = s.Refresh }), "session_ended", "ended_by_user"),
        ["revoking its access token"] = (s => s.Other.PostAsync("auth/revoke", new { token = s.Doomed.Token }), "token_revoked", null),
        ["a forced logout"] = (s => s.Admin.PostAsync($"admin/users/{s.UserId}/logout"), "session_ended", "forced_logout"),
        ["disabling the account"] =
            (s => s.Admin.SendAsync(HttpMethod.Put, $"admin/users/{s.UserId}", new { disabled = true }), "session_ended", "account_disabled"),
        ["another role"] =
            (s => s.Admin.SendAsync(HttpMethod.Put, $"admin/users/{s.UserId}", new { role = "viewer" }), "session_ended", "role_changed"),
        ["another password"] = (
            s => s.Other.PostAsync("auth/password", new { current_password = LiveServer.Password, password = "quite another passphrase" }),
            "session_ended", "password_changed"),
    };

    private readonly TwoNodes nodes = shared.Nodes;

    public static TheoryData<string, string> EveryEnding =>
        [.. from ending in Endings.Keys from node in (string[])["A", "B"] select (ending, node)];

    [Theory, MemberData(nameof(EveryEnding))]
    public async Task What_ends_access_on_one_node_ends_it_on_the_other_with_the_next_request(string ending, string node)
    {
        using var scene = await SceneAsync(node);
        var (end, code, reason) = Endings[ending];
        using var elsewhere = scene.Doomed.At(scene.There);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("auth/me")).Status);

        var done = await end(scene);
        Assert.True(done.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, done.Text);

        var refused = await elsewhere.GetAsync("auth/me");
        Assert.Equal((401, code), refused.Outcome);
        Assert.True(reason is null || refused.Detail == $"Reason: {reason}.", refused.Text);
        // And where it was done, and its refresh token: all but that of a session which goes on.
        Assert.Equal((401, code), (await scene.Doomed.GetAsync("auth/me")).Outcome);
        elsewhere.Token = null;
        var refreshed = await elsewhere.PostAsync("auth/refresh", new { refresh_token = scene.Refresh });
        Assert.Equal(code == "token_revoked" ? (200, null) : (401, "invalid_refresh_token"), refreshed.Outcome);
    }

    [Theory, InlineData("A", "api"), InlineData("B", "browser")]
    public async Task Who_signed_in_on_one_node_is_signed_in_on_the_other(string node, string kind)
    {
        var (here, there) = nodes.From(node);
        using var person = new Visitor(here);
        await person.SignInAsync(await nodes.RegisterAsync(), kind);
        using var elsewhere = person.At(there);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("auth/me")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await elsewhere.PostAsync("auth/logout")).Status);
        Assert.Equal((401, "session_ended"), (await person.GetAsync("auth/me")).Outcome);
    }

    [Theory, InlineData("A"), InlineData("B")]
    public async Task A_role_that_was_given_or_taken_on_one_node_decides_on_the_other(string node)
    {
        using var scene = await SceneAsync(node);
        Assert.Equal((403, "permission_denied"), (await scene.Doomed.At(scene.There).GetAsync("admin/users")).Outcome);
        await scene.Admin.SendAsync(HttpMethod.Put, $"admin/users/{scene.UserId}", new { role = "admin" });
        using var risen = new Visitor(scene.There);
        await risen.SignInAsync(scene.Email, "api");
        Assert.Equal(HttpStatusCode.OK, (await risen.GetAsync("admin/users")).Status);
        await scene.Admin.SendAsync(HttpMethod.Put, $"admin/users/{scene.UserId}", new { role = "user" });
        Assert.Equal((401, "session_ended"), (await risen.GetAsync("admin/users")).Outcome);
    }

    [Theory, InlineData("A"), InlineData("B")]
    public async Task A_lost_answer_to_a_refresh_is_given_again_by_the_other_node_to_the_same_client_alone(string node)
    {
        using var scene = await SceneAsync(node);
        scene.Doomed.Token = null;
        using var elsewhere = scene.Doomed.At(scene.There);
        using var thief = new Visitor(scene.There, address: "198.51.100.9");
        var body = new { refresh_token = scene.Refresh };
        var lost = await scene.Doomed.PostAsync("auth/refresh", body);
        var again = await elsewhere.PostAsync("auth/refresh", body);
        Assert.Equal(lost.Json.GetProperty("refresh_token").GetString(), again.Json.GetProperty("refresh_token").GetString());

        Assert.Equal((401, "invalid_refresh_token"), (await thief.PostAsync("auth/refresh", body)).Outcome);
        scene.Doomed.Token = lost.Json.GetProperty("access_token").GetString();
        var refused = await scene.Doomed.GetAsync("auth/me");
        Assert.Equal(((401, "session_ended"), "Reason: refresh_token_reused."), (refused.Outcome, refused.Detail));
    }

    [Fact]
    public async Task Exchanges_of_one_token_on_both_nodes_at_once_give_one_successor()
    {
        using var scene = await SceneAsync("A");
        scene.Doomed.Token = null;
        using var elsewhere = scene.Doomed.At(scene.There);
        var body = new { refresh_token = scene.Refresh };
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? scene.Doomed : elsewhere).PostAsync("auth/refresh", body)));
        Assert.All(answers, a => Assert.Equal((200, null), a.Outcome));
        Assert.Single(answers.Select(a => a.Json.GetProperty("refresh_token").GetString()).Distinct());
    }

    [Fact]
    public async Task Twenty_sign_ins_at_once_over_both_nodes_leave_five_sessions()
    {
        var email = await nodes.RegisterAsync();
        var visitors = Enumerable.Range(0, 20).Select(i => new Visitor(i % 2 == 0 ? nodes.A : nodes.B)).ToList();
        var answers = await Task.WhenAll(visitors.Select(v => v.SignInAsync(email, "api")));
        var alive = 0;
        foreach (var (visitor, other) in visitors.Select((v, i) => (v, v.At(i % 2 == 0 ? nodes.B : nodes.A))))
        {
            var (mine, theirs) = ((await visitor.GetAsync("auth/me")).Outcome, (await other.GetAsync("auth/me")).Outcome);
            Assert.Equal(mine, theirs);
            alive += mine == (200, null) ? 1 : 0;
            visitor.Dispose();
            other.Dispose();
        }

        Assert.Equal(5, alive);
        // Each that had to go was told of once.
        var told = answers.SelectMany(a => a.Json.TryGetProperty("ended_sessions", out var ended) ? ended.EnumerateArray() : [])
            .Select(s => s.GetProperty("id").GetString()).ToList();
        Assert.Equal((15, 15), (told.Count, told.Distinct().Count()));
    }

    [Fact]
    public async Task A_membership_that_changes_on_one_node_decides_on_the_other()
    {
        using var owner = new Visitor(nodes.A);
        using var member = new Visitor(nodes.B);
        var email = await nodes.RegisterAsync();
        await owner.SignInAsync(await nodes.RegisterAsync(), "api");
        await member.SignInAsync(email, "api");
        var id = (await owner.PostAsync("workspaces", new { name = "shared" })).Json.GetProperty("id").GetString();
        var user = (await member.GetAsync("auth/me")).Json.GetProperty("id").GetString();
        Assert.Equal((404, "not_found"), (await member.GetAsync($"workspaces/{id}")).Outcome);

        await owner.PostAsync($"workspaces/{id}/members", new { email, role = "viewer" });
        Assert.Equal((200, null), (await member.GetAsync($"workspaces/{id}")).Outcome);
        Assert.Equal((403, "membership_insufficient"), (await member.SendAsync(HttpMethod.Put, $"workspaces/{id}", new { name = "mine" })).Outcome);

        await owner.SendAsync(HttpMethod.Put, $"workspaces/{id}/members/{user}", new { role = "owner" });
        Assert.Equal((200, null), (await member.SendAsync(HttpMethod.Put, $"workspaces/{id}", new { name = "mine" })).Outcome);

        await owner.SendAsync(HttpMethod.Delete, $"workspaces/{id}/members/{user}");
        Assert.Equal((404, "not_found"), (await member.GetAsync($"workspaces/{id}")).Outcome);
    }

    private async Task<Scene> SceneAsync(string node)
    {
        var (here, there) = nodes.From(node);
        var email = await nodes.RegisterAsync();
        var (doomed, other) = (new Visitor(here), new Visitor(here));
        var login = await doomed.SignInAsync(email, "api");
        await other.SignInAsync(email, "api");
        var listed = (await doomed.GetAsync("sessions")).Json.GetProperty("items").EnumerateArray();
        return new Scene(
            there, doomed, other, new Visitor(here, address: "127.0.0.1", userAgent: null!) { Token = shared.Admin }, email,
            login.Json.GetProperty("user").GetProperty("id").GetString()!,
            listed.Single(s => s.GetProperty("current").GetBoolean()).GetProperty("id").GetString()!,
            login.Json.GetProperty("refresh_token").GetString()!);
    }

    /// <summary>Somebody with two sessions on one node, one of which is to end, and an administrator there.</summary>
    private sealed record Scene(
        LiveServer There, Visitor Doomed, Visitor Other, Visitor Admin, string Email, string UserId, string DoomedId, string Refresh) : IDisposable
    {
        public void Dispose()
        {
            Doomed.Dispose();
            Other.Dispose();
            Admin.Dispose();
        }
    }
}
