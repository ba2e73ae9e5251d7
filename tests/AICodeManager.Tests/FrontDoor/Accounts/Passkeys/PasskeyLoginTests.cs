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

    public static TheoryData<string> Lies =>
    [
        "origin", "http_origin", "origin_suffix", "origin_port", "cross_origin", "top_origin", "rp_id", "challenge", "empty_challenge", "type",
        "unverified", "absent", "signature", "other_key", "count_back", "count_same", "handle_unknown", "handle_nul",
    ];

    [Theory, MemberData(nameof(Lies))]
    public async Task Cannot_sign_in_with_an_assertion_that_lies(string lie)
    {
        await using var lab = await PasskeyLab.StartAsync();
        var (_, key) = await lab.EnrolledAsync();
        using var __ = key;
        Assert.Equal((200, null), await lab.SignInAsync(key));
        Assert.Equal(Refused, await lab.SignInAsync(key, lie switch
        {
            "origin" => new Forgery { Origin = "https://evil.example" },
            "http_origin" => new Forgery { Origin = "http://manager.example" },
            "origin_suffix" => new Forgery { Origin = "https://manager.example.evil.example" },
            "origin_port" => new Forgery { Origin = "https://manager.example:8443" },
            "cross_origin" => new Forgery { CrossOrigin = true },
            "top_origin" => new Forgery { TopOrigin = "https://evil.example" },
            "rp_id" => new Forgery { RpId = "evil.example" },
            "challenge" => new Forgery { Challenge = Base64Url.EncodeToString(new byte[32]) },
            "empty_challenge" => new Forgery { Challenge = "" },
            "type" => new Forgery { Type = "webauthn.create" },
            "unverified" => new Forgery { Unverified = true },
            "absent" => new Forgery { Absent = true },
            "signature" => new Forgery { SpoilSignature = true },
            "other_key" => new Forgery { OtherKey = true },
            "count_back" => new Forgery { SignCount = 0 },
            "count_same" => new Forgery { SignCount = key.SignCount },
            "handle_unknown" => new Forgery { UserHandle = Handle(Guid.NewGuid().ToString("D")) },
            "handle_nul" => new Forgery { UserHandle = Handle("\0") },
            _ => throw new ArgumentOutOfRangeException(nameof(lie)),
        }));
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
                ["allowCredentials", "challenge", "extensions", "hints", "rpId", "timeout", "userVerification"],
                options.EnumerateObject().Select(p => p.Name).Order());
            Assert.Equal(0, options.GetProperty("allowCredentials").GetArrayLength());
            Assert.Equal("required", options.GetProperty("userVerification").GetString());
        }
    }

    [Theory]
    [InlineData("""{"ceremony":"x","credential":{}}""", 401, "invalid_credentials")]
    [InlineData("""{"ceremony":"../../sessions","credential":{}}""", 401, "invalid_credentials")]
    [InlineData("""{"ceremony":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","credential":{}}""", 401, "invalid_credentials")]
    [InlineData("""{"ceremony":null,"credential":{}}""", 400, "malformed_body")]
    [InlineData("""{"ceremony":"x"}""", 400, "malformed_body")]
    [InlineData("""{"ceremony":"x","credential":{},"client":"toaster"}""", 400, "invalid_input")]
    public async Task Hostile_bodies_are_refused_by_name(string body, int status, string code)
    {
        await using var lab = await PasskeyLab.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Equal((status, code), await lab.Anonymous().TryAsync(HttpMethod.Post, "auth/passkeys/login", content));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("""{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"},"clientExtensionResults":{}}""")]
    [InlineData("""{"id":"!","type":"public-key","response":null}""")]
    public async Task A_hostile_credential_under_a_live_challenge_is_refused(string credential)
    {
        await using var lab = await PasskeyLab.StartAsync();
        var client = lab.Anonymous();
        var options = await client.PostAsync("auth/passkeys/login/options", new { });
        using var content = new StringContent(
            $$"""{"ceremony":"{{options.GetProperty("ceremony").GetString()}}","credential":{{credential}}}""", Encoding.UTF8, "application/json");
        Assert.Equal(Refused, await client.TryAsync(HttpMethod.Post, "auth/passkeys/login", content));
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
