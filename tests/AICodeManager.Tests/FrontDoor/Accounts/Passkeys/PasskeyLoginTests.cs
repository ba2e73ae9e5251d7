using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts.Passkeys;

/// <summary>Signing in by a passkey, and what attackers bring instead.</summary>
public sealed class PasskeyLoginTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly (int, string?) Refused = (401, "invalid_credentials");

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_sign_in_by_a_passkey_alone(string kind)
    {
        await using var lab = await PasskeyLab.StartAsync(kind, postgres);
        var (owner, key) = await lab.EnrolledAsync();
        using var _ = key;
        var client = lab.Anonymous();
        var options = await client.PostAsync("auth/passkeys/login/options", new { });
        var answer = await client.PostAsync("auth/passkeys/login", PasskeyLab.Answer(options, key));
        Assert.Equal((await owner.GetAsync("auth/me")).GetProperty("id").GetString(), answer.GetProperty("user").GetProperty("id").GetString());
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", answer.GetProperty("access_token").GetString());
        Assert.Equal("user1@example.com", (await client.GetAsync("auth/me")).GetProperty("email").GetString());
        Assert.Equal((200, null), await lab.SignInAsync(key));
    }

    [Fact]
    public async Task Cannot_sign_in_with_an_assertion_that_lies()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (_, key) = await lab.EnrolledAsync();
        using var __ = key;
        Forgery[] lies =
        [
            new() { Origin = "https://evil.example" },
            new() { Origin = "http://manager.example" },
            new() { Origin = "https://manager.example.evil.example" },
            new() { Origin = "https://manager.example:8443" },
            new() { CrossOrigin = true },
            new() { TopOrigin = "https://evil.example" },
            new() { RpId = "evil.example" },
            new() { Challenge = Base64Url.EncodeToString(new byte[32]) },
            new() { Challenge = "" },
            new() { Type = "webauthn.create" },
            new() { Unverified = true },
            new() { Absent = true },
            new() { SpoilSignature = true },
            new() { OtherKey = true },
            new() { SignCount = 0 },
            new() { SignCount = 1 },
            new() { UserHandle = Handle(Guid.NewGuid().ToString("D")) },
            new() { UserHandle = Handle("\0") },
        ];
        Assert.Equal((200, null), await lab.SignInAsync(key));
        foreach (var lie in lies)
        {
            Assert.True(Refused == await lab.SignInAsync(key, lie), $"Accepted: {lie}");
        }

        // What is refused spends nothing: the honest owner goes on.
        Assert.Equal((200, null), await lab.SignInAsync(key));
    }

    [Fact]
    public async Task Cannot_use_an_assertion_twice()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (_, key) = await lab.EnrolledAsync();
        using var __ = key;
        var client = lab.Anonymous();
        var options = await client.PostAsync("auth/passkeys/login/options", new { });
        var answer = PasskeyLab.Answer(options, key);
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.TryAsync(HttpMethod.Post, "auth/passkeys/login", answer)));
        Assert.Equal(1, results.Count(r => r.Status == 200));
        Assert.Equal(5, results.Count(r => r == Refused));

        // The same assertion under a new challenge of the server's.
        var again = await client.PostAsync("auth/passkeys/login/options", new { });
        var replayed = JsonSerializer.SerializeToNode(answer)!;
        replayed["ceremony"] = again.GetProperty("ceremony").GetString();
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/passkeys/login", replayed));
    }

    [Fact]
    public async Task Cannot_answer_a_challenge_after_five_minutes()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (_, key) = await lab.EnrolledAsync();
        using var __ = key;
        var client = lab.Anonymous();
        var options = await client.PostAsync("auth/passkeys/login/options", new { });
        lab.Clock.Advance(PasskeyCeremonies.Lifetime);
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/passkeys/login", PasskeyLab.Answer(options, key)));
    }

    [Fact]
    public async Task Cannot_sign_in_as_another_with_ones_own_passkey()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (victim, victims) = await lab.EnrolledAsync();
        var (_, own) = await lab.EnrolledAsync();
        using var _ = victims;
        using var __ = own;
        var handle = Handle((await victim.GetAsync("auth/me")).GetProperty("id").GetString()!);
        Assert.Equal(Refused, await lab.SignInAsync(own, new Forgery { UserHandle = handle }));
        Assert.Equal(Refused, await lab.SignInAsync(own, new Forgery { UserHandle = handle, CredentialId = victims.CredentialId }));
        Assert.Equal(Refused, await lab.SignInAsync(own, new Forgery { CredentialId = victims.CredentialId }));
    }

    [Fact]
    public async Task Cannot_answer_with_the_state_of_another_purpose()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (client, key) = await lab.EnrolledAsync();
        using var __ = key;
        var stepUp = await client.PostAsync("auth/step-up/passkey/options", new { });
        Assert.Equal(Refused, await lab.Anonymous().TryAsync(HttpMethod.Post, "auth/passkeys/login", PasskeyLab.Answer(stepUp, key)));
        var login = await lab.Anonymous().PostAsync("auth/passkeys/login/options", new { });
        Assert.Equal((401, "invalid_proof"), await client.TryAsync(HttpMethod.Post, "auth/step-up", new { passkey = PasskeyLab.Answer(login, key) }));
    }

    [Fact]
    public async Task Cannot_sign_in_to_a_disabled_account()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (_, key) = await lab.EnrolledAsync();
        using var __ = key;
        await lab.Server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET disabled_at = 1"), Cancel);
        Assert.Equal(Refused, await lab.SignInAsync(key));
    }

    [Fact]
    public async Task Options_tell_nothing_about_an_address()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (_, key) = await lab.EnrolledAsync();
        using var __ = key;
        foreach (var body in new object[] { new { }, new { email = "user1@example.com" }, new { email = "nobody@example.com" } })
        {
            var options = (await lab.Anonymous().PostAsync("auth/passkeys/login/options", body)).GetProperty("public_key");
            Assert.Equal(
                ["allowCredentials", "challenge", "hints", "rpId", "timeout", "userVerification"],
                options.EnumerateObject().Select(p => p.Name).Order());
            Assert.Equal(0, options.GetProperty("allowCredentials").GetArrayLength());
            Assert.Equal("required", options.GetProperty("userVerification").GetString());
        }
    }

    [Fact]
    public async Task Hostile_bodies_are_refused_by_name()
    {
        await using var lab = await PasskeyLab.StartAsync();
        foreach (var (body, status, code) in new[]
        {
            ("""{"ceremony":"x","credential":{}}""", 401, "invalid_credentials"),
            ("""{"ceremony":"../../sessions","credential":{}}""", 401, "invalid_credentials"),
            ("""{"ceremony":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","credential":{}}""", 401, "invalid_credentials"),
            ("""{"ceremony":null,"credential":{}}""", 400, "malformed_body"),
            ("""{"ceremony":"x"}""", 400, "malformed_body"),
            ("""{"ceremony":"x","credential":{},"client":"toaster"}""", 400, "invalid_input"),
        })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            Assert.Equal((status, code), await lab.Anonymous().TryAsync(HttpMethod.Post, "auth/passkeys/login", content));
        }
    }

    [Fact]
    public async Task A_hostile_credential_under_a_live_challenge_is_refused()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var client = lab.Anonymous();
        foreach (var credential in new[]
        {
            "{}", "null", "7", "[]", """{"id":"!","type":"public-key","response":null}""",
            """
            {"id":"AA","rawId":"AA","type":"public-key","clientExtensionResults":{},
             "response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}
            """,
        })
        {
            var options = await client.PostAsync("auth/passkeys/login/options", new { });
            using var content = new StringContent(
                $$"""{"ceremony":"{{options.GetProperty("ceremony").GetString()}}","credential":{{credential}}}""", Encoding.UTF8, "application/json");
            Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/passkeys/login", content));
        }
    }

    [Fact]
    public async Task A_body_beyond_any_credential_is_too_large()
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (status, code) = await lab.Anonymous().TryAsync(
            HttpMethod.Post, "auth/passkeys/login", new { ceremony = "x", credential = new { id = new string('A', PasskeyEndpoints.MaxBody) } });
        Assert.Equal((413, "too_large"), (status, code));
    }

    private static string Handle(string userId) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(userId));
}
