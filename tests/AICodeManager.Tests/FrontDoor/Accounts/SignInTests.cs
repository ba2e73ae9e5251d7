using System.Net;
using System.Text;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts;

public sealed class SignInTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_register_sign_in_and_see_oneself()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.SignUpAsync();
        var me = await client.GetAsync("auth/me");
        Assert.Equal("user", me.GetProperty("role").GetString());
        Assert.False(me.TryGetProperty("password_hash", out _));
    }

    [Fact]
    public async Task Signing_out_ends_the_token_at_once()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.SignUpAsync();
        await client.PostAsync("auth/logout", new { });
        Assert.Equal((401, "session_ended"), await client.TryAsync(HttpMethod.Get, "auth/me"));
    }

    [Theory]
    [InlineData("user1@example.com", "wrong passphrase")]
    [InlineData("nobody@example.com", LiveServer.Password)]
    public async Task Wrong_password_and_unknown_account_look_the_same(string email, string password)
    {
        await using var server = await LiveServer.StartAsync();
        await server.SignUpAsync();
        Assert.Equal((401, "invalid_credentials"), await server.Anonymous().TryAsync(HttpMethod.Post, "auth/login", new { email, password }));
    }

    [Fact]
    public async Task A_disabled_account_loses_its_live_sessions()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.SignUpAsync();
        var id = Guid.Parse((await client.GetAsync("auth/me")).GetProperty("id").GetString()!);
        await server.Services.GetRequiredService<StandingStore>().ChangeAsync(
            id, endSessions: false, t => t.ExecuteAsync("UPDATE users SET disabled_at = 1 WHERE id = @id", new { id }), Cancel);
        Assert.Equal((401, "session_ended"), await client.TryAsync(HttpMethod.Get, "auth/me"));
    }

    [Fact]
    public async Task The_database_never_holds_a_token_or_a_password()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.SignUpAsync();
        var rows = await server.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT data FROM coordination_records UNION ALL SELECT password_hash FROM users"), Cancel);
        Assert.All(rows, row => Assert.DoesNotContain(client.Token!, row, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.DoesNotContain(LiveServer.Password, row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Passwords_are_hashed_by_pbkdf2_sha512_with_at_least_220000_rounds()
    {
        // As the server is by itself: what a registration leaves in the database, and what an unknown account costs.
        await using var server = await LiveServer.StartAsync(realHashing: true);
        await server.SignUpAsync();
        var kept = await server.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT password_hash FROM users"), Cancel);
        foreach (var hash in new[] { kept!, server.Services.GetRequiredService<PasswordDecoy>().Hash })
        {
            // Layout of the framework's version 3 format: marker 1, then PRF and iteration count, big endian.
            var bytes = Convert.FromBase64String(hash);
            Assert.Equal(1, bytes[0]);
            Assert.Equal(2u, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)));
            Assert.True(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)) >= 220_000);
        }
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer x")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer a.b.c")]
    public async Task A_broken_proof_is_refused_even_where_none_is_needed(string header)
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"email":"no-at-sign","password":"long enough here"}""", 400, "invalid_input")]
    [InlineData("""{"email":"a@example.com","password":"short"}""", 400, "invalid_input")]
    [InlineData("""{"email":"a@example.com"}""", 400, "malformed_body")]
    [InlineData("""{"email":"a@example.com","password":"long enough here","role":"admin"}""", 400, "malformed_body")]
    [InlineData("""{"email":"a@example.com","email":"b@example.com","password":"long enough here"}""", 400, "malformed_body")]
    [InlineData("""{"email":7,"password":"long enough here"}""", 400, "malformed_body")]
    [InlineData("""{"email":null,"password":null}""", 400, "malformed_body")]
    [InlineData("not json", 400, "malformed_body")]
    [InlineData("", 400, "malformed_body")]
    public async Task A_bad_registration_is_named_and_makes_nothing(string body, int status, string code)
    {
        await using var server = await LiveServer.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Equal((status, code), await server.Anonymous().TryAsync(HttpMethod.Post, "auth/register", content));
        Assert.Equal(0, await server.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM users"), Cancel));
    }

    [Fact]
    public async Task One_address_has_one_account_whatever_its_case()
    {
        await using var server = await LiveServer.StartAsync();
        await server.SignUpAsync();
        Assert.Equal((409, "email_taken"), await server.Anonymous().TryAsync(
            HttpMethod.Post, "auth/register", new { email = "USER1@Example.com", password = LiveServer.Password }));
    }

    [Fact]
    public async Task The_environment_makes_the_first_administrator_and_only_the_first()
    {
        await using var server = await LiveServer.StartAsync(new Dictionary<string, string>
        {
            ["AICLI_ADMIN_EMAIL"] = "root@example.com",
            ["AICLI_ADMIN_PASSWORD"] = LiveServer.Password,
        });
        await server.Services.GetRequiredService<FirstAdministrator>().EnsureAsync(Cancel);
        var client = server.Anonymous();
        await client.SignInAsync("root@example.com", LiveServer.Password);
        Assert.Equal("admin", (await client.GetAsync("auth/me")).GetProperty("role").GetString());
        Assert.Equal(1, await server.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM users"), Cancel));
    }
}
