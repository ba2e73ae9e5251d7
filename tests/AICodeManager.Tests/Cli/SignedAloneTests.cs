using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Cli;

/// <summary>The key without the session, without the password, and when it is in doubt itself.</summary>
public sealed class SignedAloneTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_go_on_by_the_key_alone_when_the_session_is_over_and_says_what_takes_one()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        using var other = Aicli.At(server);
        Assert.Equal(0, await other.RunAsync("login", "--email", "ada@example.org"));
        Assert.Equal(0, await other.RunAsync("sessions", "end", "--others"));

        Assert.Equal(0, await aicli.RunAsync("whoami"));
        var passed = traffic.Last("GET /auth/me");
        Assert.True(passed is { IsSigned: true, HasToken: false, Status: 200 });
        Assert.DoesNotContain("access_token", await File.ReadAllTextAsync(aicli.Credentials, Cancel));
        aicli.Environment.Remove("AICLI_SERVER");
        traffic.Seen.Clear();
        Assert.Equal(0, await aicli.RunAsync("workspace", "create", "payments"));
        Assert.All(traffic.Seen, one => Assert.True(one is { IsSigned: true, HasToken: false }));

        Assert.Equal(3, await aicli.RunAsync("step-up"));
        Assert.Contains("Sign in with: aicli login", aicli.Error.ToString());
        Assert.Equal(3, await aicli.RunAsync("keys", "resume", "0000"));
        Assert.Equal(0, await aicli.RunAsync("logout"));
        Assert.Equal(3, await aicli.RunAsync("whoami"));
    }

    [Fact]
    public async Task Can_end_every_session_and_keep_the_key()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);

        Assert.Equal(0, await aicli.RunAsync("sessions", "end", "--all"));
        Assert.Equal(0, await aicli.RunAsync("whoami"));

        Assert.True(traffic.Last("GET /auth/me") is { IsSigned: true, HasToken: false });
        Assert.Equal(0, await aicli.RunAsync("keys", "revoke", "--all"));
        Assert.Null(aicli.KeyFile);
        Assert.Equal(3, await aicli.RunAsync("whoami"));
    }

    [Fact]
    public async Task Can_resume_its_own_suspended_key_by_the_session()
    {
        var (server, _) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var id = KeyLoginTests.KeyOf(aicli);
        await SuspendAsync(server, id);

        Assert.Equal(3, await aicli.RunAsync("whoami"));
        Assert.Contains($"aicli keys resume {id}", aicli.Error.ToString());
        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org"));
        Assert.Equal(id, KeyLoginTests.KeyOf(aicli));
        Assert.Equal(0, await aicli.RunAsync("keys", "resume", id[..13]));

        Assert.Equal(0, await aicli.RunAsync("whoami"));
    }

    [Fact]
    public async Task Can_sign_out_for_good_with_a_suspended_key()
    {
        var (server, _) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        await SuspendAsync(server, KeyLoginTests.KeyOf(aicli));

        Assert.Equal(0, await aicli.RunAsync("logout"));
        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org"));
        Assert.Equal(0, await aicli.RunAsync("keys", "--json"));

        Assert.Equal(["ES256 active", "ES256 revoked"], KeyLoginTests.States(aicli));
    }

    [Fact]
    public async Task Can_get_a_new_key_without_the_password_where_the_device_is_known()
    {
        var (server, traffic) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var codes = await TotpAsync(server);
        Assert.True(await aicli.RunAsync("login", "--email", "ada@example.org", "--code", codes[0]) == 0, aicli.Error.ToString());
        Assert.Equal(0, await aicli.RunAsync("logout"));
        aicli.Environment.Remove("AICLI_PASSWORD");

        Assert.Equal(3, await aicli.RunAsync("login", "--re-enrol", "--email", "bob@example.org", "--code", codes[1]));
        Assert.True(
            await aicli.RunAsync("login", "--re-enrol", "--email", "ada@example.org", "--code", codes[1], "--json") == 0, aicli.Error.ToString());

        Assert.Equal("ada@example.org", KeyLoginTests.Text(aicli.Document().GetProperty("user"), "email"));
        Assert.False(traffic.Last("POST /keys/re-enrol").IsSigned);
        Assert.Equal(0, await aicli.RunAsync("workspace", "list"));
        Assert.True(traffic.Last("GET /workspaces") is { IsSigned: true, HasToken: false });
    }

    [Fact]
    public async Task Can_administer_everybodys_keys()
    {
        var (server, _) = await Traffic.StartAsync();
        await using var closing = server;
        using var aicli = await KeyLoginTests.SignedUpAsync(server);
        var id = KeyLoginTests.KeyOf(aicli);
        using var admin = Aicli.At(server);
        await server.SignUpAsync("admin");
        Assert.Equal(0, await admin.RunAsync("login", "--email", "user1@example.com"));

        Assert.Equal(0, await admin.RunAsync("admin", "keys", "list", "--user", "ada@example.org", "--json"));
        Assert.Equal(id, KeyLoginTests.Text(admin.Document().GetProperty("items")[0], "key_id"));
        await SuspendAsync(server, id);
        Assert.Equal(0, await admin.RunAsync("admin", "keys", "resume", id));
        Assert.Equal(0, await aicli.RunAsync("whoami"));
        Assert.Equal(0, await admin.RunAsync("admin", "caches", "clear"));
        Assert.Equal(0, await aicli.RunAsync("whoami"));
        Assert.Equal(2, await admin.RunAsync("admin", "keys", "revoke", id[..8]));
        Assert.Equal(2, await admin.RunAsync("admin", "keys", "revoke"));
        Assert.Equal(0, await admin.RunAsync("admin", "keys", "revoke", id, "--reason", "laptop stolen"));
        Assert.Equal(3, await aicli.RunAsync("whoami"));
        Assert.Equal(0, await admin.RunAsync("admin", "keys", "list", "--user", "ada@example.org"));
        Assert.Contains("revoked (laptop stolen)", admin.Out.ToString());
        Assert.Equal(0, await admin.RunAsync("admin", "keys", "revoke", "--user", "ada@example.org"));
        Assert.Equal(0, await aicli.RunAsync("login", "--email", "ada@example.org"));
        Assert.Equal(1, await aicli.RunAsync("admin", "keys", "list", "--user", "user1@example.com"));
    }

    private static async Task SuspendAsync(LiveServer server, string key)
    {
        var store = server.Services.GetRequiredService<ClientKeyStore>();
        var row = await store.ReadAsync(Guid.Parse(key), Cancel);
        Assert.Equal(KeyChange.Done, await store.SuspendAsync(row!.Value.Key.UserId, row.Value.Key.Id, SuspendedReason.NonceReused, RequestOrigin.System, Cancel));
    }

    /// <summary>Recovery codes of an authenticator that the only account has from now on.</summary>
    private static async Task<IReadOnlyList<string>> TotpAsync(LiveServer server)
    {
        var user = await server.Database.ReadAsync(r => r.ScalarAsync<Guid>("SELECT id FROM users"), Cancel);
        var totp = server.Services.GetRequiredService<TotpStore>();
        var secret = Enumerable.Range(0, 20).Select(i => (byte)i).ToArray();
        await totp.BeginAsync(user, secret, RequestOrigin.System, Cancel);
        var done = await totp.ConfirmAsync(user, Totp.CodeAt(secret, Totp.StepAt(DateTimeOffset.UtcNow)), RequestOrigin.System, Cancel);
        return done.Codes!;
    }
}
