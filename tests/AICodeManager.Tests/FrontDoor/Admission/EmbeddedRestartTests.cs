using System.Net.Http.Headers;
using System.Text.Json;
using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Admission;

/// <summary>Without a Redis the process itself is the store: what it must not forget when it is killed (SIGKILL).</summary>
public sealed class EmbeddedRestartTests
{
    private const string Email = "user1@example.com";

    [Fact]
    public async Task Sessions_revocations_and_ends_outlive_the_process_that_knew_them()
    {
        await using var server = await ServerProcess.StartAsync("none", ModelScript.Demo());
        await new ApiClient(new HttpClient { BaseAddress = server.Address }).PostAsync("auth/register", new { email = Email, password = LiveServer.Password });
        var (lives, ended, forgotten) = (await SignInAsync(server), await SignInAsync(server), await SignInAsync(server));
        var revoked = lives.Access;
        var (spent, fresh) = (lives.Refresh, await RefreshAsync(server, lives.Refresh));
        await As(server, fresh.Access).PostAsync("auth/revoke", new { token = revoked });
        await As(server, ended.Access).PostAsync("auth/logout", new { });
        Assert.Equal((200, null), await As(server, fresh.Access).TryAsync(HttpMethod.Get, "auth/me"));

        await server.KillAsync();
        await server.StartAgainAsync();

        Assert.Equal((200, null), await As(server, fresh.Access).TryAsync(HttpMethod.Get, "auth/me"));
        Assert.Equal((200, null), await As(server, forgotten.Access).TryAsync(HttpMethod.Get, "auth/me"));
        Assert.Equal((401, "token_revoked"), await As(server, revoked).TryAsync(HttpMethod.Get, "auth/me"));
        Assert.Equal((401, "session_ended"), await As(server, ended.Access).TryAsync(HttpMethod.Get, "auth/me"));
        Assert.Equal(2, (await As(server, fresh.Access).GetAsync("sessions")).GetProperty("items").GetArrayLength());
        Assert.Equal((401, "invalid_refresh_token"), await As(server, null).TryAsync(
            HttpMethod.Post, "auth/refresh", new { refresh_token = ended.Refresh }));

        // A successor that was given before is given again, and the end of a session that follows a theft is kept as well.
        Assert.Equal(fresh.Refresh, (await RefreshAsync(server, spent)).Refresh);
        await RefreshAsync(server, fresh.Refresh);
        Assert.Equal((401, "invalid_refresh_token"), await As(server, null).TryAsync(HttpMethod.Post, "auth/refresh", new { refresh_token = spent }));
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal((401, "session_ended"), await As(server, fresh.Access).TryAsync(HttpMethod.Get, "auth/me"));
        Assert.Equal((200, null), await As(server, forgotten.Access).TryAsync(HttpMethod.Get, "auth/me"));
    }

    private static ApiClient As(ServerProcess server, string? token)
    {
        var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return new ApiClient(http);
    }

    private static async Task<(string Access, string Refresh)> SignInAsync(ServerProcess server) =>
        Tokens(await As(server, null).PostAsync("auth/login", new { email = Email, password = LiveServer.Password }));

    private static async Task<(string Access, string Refresh)> RefreshAsync(ServerProcess server, string token) =>
        Tokens(await As(server, null).PostAsync("auth/refresh", new { refresh_token = token }));

    private static (string, string) Tokens(JsonElement answer) =>
        (answer.GetProperty("access_token").GetString()!, answer.GetProperty("refresh_token").GetString()!);
}
