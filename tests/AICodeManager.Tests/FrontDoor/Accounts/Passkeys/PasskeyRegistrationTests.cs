using System.Text;
using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts.Passkeys;

/// <summary>Adding, listing and removing passkeys, and what must not be added.</summary>
public sealed class PasskeyRegistrationTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly (int, string?) Refused = (400, "invalid_input");

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_add_list_and_remove_a_passkey(string kind)
    {
        await using var lab = await PasskeyLab.StartAsync(kind, postgres);
        var client = await lab.SignUpAsync();
        using var key = new SoftAuthenticator(PasskeyLab.Origin);
        var added = await PasskeyLab.AddAsync(client, key, "My laptop");
        Assert.Equal("My laptop", added.GetProperty("name").GetString());
        Assert.Equal(1, await lab.Factors.CountAsync("SELECT second_factor FROM users"));

        var item = Assert.Single((await client.GetAsync("auth/passkeys")).GetProperty("items").EnumerateArray());
        Assert.Equal(added.GetProperty("id").GetString(), item.GetProperty("id").GetString());
        Assert.False(item.TryGetProperty("public_key", out _));

        await client.DeleteAsync($"auth/passkeys/{added.GetProperty("id").GetString()}");
        Assert.Equal(0, await lab.Factors.CountAsync("SELECT second_factor FROM users"));
        Assert.Equal((401, "invalid_credentials"), await lab.SignInAsync(key));
        Assert.Equal((404, "not_found"), await client.TryAsync(HttpMethod.Delete, $"auth/passkeys/{added.GetProperty("id").GetString()}"));
        Assert.Equal(
            ["passkey_added", "passkey_removed"],
            await lab.Server.Database.ReadAsync(r => r.QueryAsync<string>("SELECT name FROM audit_events WHERE name LIKE 'passkey_%' ORDER BY name"), Cancel));
    }

    [Fact]
    public async Task The_first_factor_brings_recovery_codes_and_the_last_takes_them_away()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var client = await lab.SignUpAsync();
        using var key = new SoftAuthenticator(PasskeyLab.Origin);
        using var second = new SoftAuthenticator(PasskeyLab.Origin);
        var added = await PasskeyLab.AddAsync(client, key);
        var codes = added.GetProperty("recovery_codes");
        Assert.Equal(10, codes.GetArrayLength());
        Assert.False((await PasskeyLab.AddAsync(client, second)).TryGetProperty("recovery_codes", out _));
        Assert.False((await client.GetAsync("auth/passkeys")).GetProperty("items")[0].TryGetProperty("recovery_codes", out _));

        // Whoever has lost every passkey proves a code instead, and is rid of them.
        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((204, null), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { code = codes[4].GetString() }));
        foreach (var item in (await client.GetAsync("auth/passkeys")).GetProperty("items").EnumerateArray())
        {
            Assert.NotEqual(0, await lab.Factors.CountAsync("SELECT COUNT(*) FROM recovery_codes"));
            await client.DeleteAsync($"auth/passkeys/{item.GetProperty("id").GetString()}");
        }

        Assert.Equal(0, await lab.Factors.CountAsync("SELECT COUNT(*) FROM recovery_codes"));
    }

    [Fact]
    public async Task Cannot_add_a_passkey_that_lies()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var client = await lab.SignUpAsync();
        using var key = new SoftAuthenticator(PasskeyLab.Origin);
        Forgery[] lies =
        [
            new() { Origin = "https://evil.example" },
            new() { RpId = "example" },
            new() { Challenge = "AAAA" },
            new() { Type = "webauthn.get" },
            new() { Unverified = true },
            new() { Absent = true },
            new() { CrossOrigin = true },
            new() { CredentialId = "AAAA" },
        ];
        foreach (var lie in lies)
        {
            var options = await client.PostAsync("auth/passkeys/register/options", new { });
            Assert.True(Refused == await client.TryAsync(HttpMethod.Post, "auth/passkeys/register", new
            {
                ceremony = options.GetProperty("ceremony").GetString(), credential = key.Create(options.GetProperty("public_key"), lie),
            }), $"Accepted: {lie}");
        }

        Assert.Equal(0, await lab.Factors.CountAsync("SELECT COUNT(*) FROM passkeys"));
    }

    [Fact]
    public async Task Cannot_finish_what_another_session_began()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (mine, others) = (await lab.SignUpAsync(), await lab.SignUpAsync());
        using var key = new SoftAuthenticator(PasskeyLab.Origin);
        var options = await mine.PostAsync("auth/passkeys/register/options", new { });
        var answer = new { ceremony = options.GetProperty("ceremony").GetString(), credential = key.Create(options.GetProperty("public_key")) };
        Assert.Equal(Refused, await others.TryAsync(HttpMethod.Post, "auth/passkeys/register", answer));

        var elsewhere = lab.Anonymous();
        await elsewhere.SignInAsync("user1@example.com", LiveServer.Password);
        Assert.Equal(Refused, await elsewhere.TryAsync(HttpMethod.Post, "auth/passkeys/register", answer));

        // Their tries took nothing away; the second use does.
        await mine.PostAsync("auth/passkeys/register", answer);
        Assert.Equal(Refused, await mine.TryAsync(HttpMethod.Post, "auth/passkeys/register", answer));
    }

    [Fact]
    public async Task Cannot_add_a_credential_that_anybody_has()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (owner, key) = await lab.EnrolledAsync();
        using var _ = key;
        var other = await lab.SignUpAsync();
        foreach (var client in new[] { owner, other })
        {
            var options = await client.PostAsync("auth/passkeys/register/options", new { });
            Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/passkeys/register", new
            {
                ceremony = options.GetProperty("ceremony").GetString(), credential = key.Create(options.GetProperty("public_key")),
            }));
        }
    }

    [Fact]
    public async Task Cannot_remove_the_passkey_of_another()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (owner, key) = await lab.EnrolledAsync();
        using var _ = key;
        var id = (await owner.GetAsync("auth/passkeys")).GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal((404, "not_found"), await (await lab.SignUpAsync()).TryAsync(HttpMethod.Delete, $"auth/passkeys/{id}"));
        Assert.Equal(1, await lab.Factors.CountAsync("SELECT COUNT(*) FROM passkeys"));
    }

    [Fact]
    public async Task Creation_options_ask_for_a_verified_user_and_name_the_host()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (client, key) = await lab.EnrolledAsync();
        using var _ = key;
        var options = (await client.PostAsync("auth/passkeys/register/options", new { })).GetProperty("public_key");
        Assert.Equal(PasskeyLab.Host, options.GetProperty("rp").GetProperty("id").GetString());
        Assert.Equal("required", options.GetProperty("authenticatorSelection").GetProperty("userVerification").GetString());
        Assert.Equal("required", options.GetProperty("authenticatorSelection").GetProperty("residentKey").GetString());
        Assert.Equal([-7, -257], options.GetProperty("pubKeyCredParams").EnumerateArray().Select(p => p.GetProperty("alg").GetInt32()));
        Assert.Equal(key.CredentialId, options.GetProperty("excludeCredentials")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_account_has_twenty_passkeys_at_most()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (client, key) = await lab.EnrolledAsync();
        using var _ = key;
        await lab.Server.Database.WriteAsync(async t =>
        {
            for (var i = 1; i < PasskeyStore.MaxPerAccount; i++)
            {
                await t.ExecuteAsync(
                    """
                    INSERT INTO passkeys (id, user_id, credential_id, public_key, name, sign_count, transports, backup_eligible, backed_up, created_at)
                    SELECT @Id, user_id, @Credential, public_key, name, 0, '', 0, 0, 0 FROM passkeys LIMIT 1
                    """,
                    new { Id = Guid.NewGuid(), Credential = $"AAA{(char)('a' + i)}" });
            }
        }, Cancel);
        using var further = new SoftAuthenticator(PasskeyLab.Origin);
        var options = await client.PostAsync("auth/passkeys/register/options", new { });
        Assert.Equal((409, "too_many_passkeys"), await client.TryAsync(HttpMethod.Post, "auth/passkeys/register", new
        {
            ceremony = options.GetProperty("ceremony").GetString(), credential = further.Create(options.GetProperty("public_key")),
        }));
    }

    [Fact]
    public async Task Cannot_give_a_passkey_a_name_that_cannot_be_read()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var client = await lab.SignUpAsync();
        using var content = new StringContent("""{"ceremony":"x","credential":{},"name":"a\u0000b"}""", Encoding.UTF8, "application/json");
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/passkeys/register", content));
    }
}
