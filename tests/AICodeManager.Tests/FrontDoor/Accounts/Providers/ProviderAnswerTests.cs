using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using static AICodeManager.Tests.FrontDoor.Accounts.Providers.CrookedProvider;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>What a provider, or somebody in its place, may answer over the back channel; each must make no session.</summary>
public sealed class ProviderAnswerTests(SharedProviderServer shared) : IClassFixture<SharedProviderServer>
{
    private static readonly Dictionary<string, Action<CrookedProvider>> Lies = new()
    {
        ["id_token: iss"] = p => p.Claims = c => c["iss"] = "https://accounts.google.com",
        ["id_token: aud is another's"] = p => p.Claims = c => c["aud"] = "aicli-other",
        ["id_token: aud is another's "] = p => p.Claims = c => c.Remove("aud"),
        ["id_token: azp"] = p => p.Claims = c => c["azp"] = "aicli-other",
        ["id_token: azp is missing"] = p => p.Claims = c => c["aud"] = new JsonArray("aicli-crooked", "aicli-other"),
        ["id_token: it has expired"] = p => p.Claims = c => c["exp"] = DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds(),
        ["id_token: it has expired "] = p => p.Claims = c => c.Remove("exp"),
        ["id_token: it has expired  "] = p => p.Claims = c => c["exp"] = "2999-01-01",
        ["id_token: it has expired   "] = p => p.Claims = c => c["exp"] = 1e300,
        ["id_token: it was not issued just now"] = p => p.Claims = c => c["iat"] = DateTimeOffset.UtcNow.AddMinutes(-11).ToUnixTimeSeconds(),
        ["id_token: it was not issued just now "] = p => p.Claims = c => c["iat"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
        ["id_token: nonce"] = p => p.Claims = c => c["nonce"] = "another",
        ["id_token: nonce is missing"] = p => p.Claims = c => c.Remove("nonce"),
        ["id_token: at_hash"] = p => p.Claims = c => c["at_hash"] = Base64("sixteen bytes ..."),
        ["id_token: no sub"] = p => p.Claims = c => c.Remove("sub"),
        ["id_token: no sub "] = p => p.Claims = c => c["sub"] = new string('s', 256),
        ["id_token: HeaderRefused"] = p => p.Sign = (h, c) => { h["jku"] = "https://evil.example/jwks"; return SignWith(p.Key, h, c); },
        ["id_token: WrongAlgorithm"] = p => p.Sign = (h, c) => { h["alg"] = "none"; return $"{Base64(h.ToJsonString())}.{Base64(c.ToJsonString())}."; },
        ["id_token: WrongAlgorithm "] = p => p.Sign = (h, c) => { h["alg"] = "HS256"; return Hmac(h, c, Encoding.ASCII.GetBytes(AuthorizationServer.Secret)); },
        ["id_token: WrongAlgorithm  "] = p => p.Sign = (h, c) => { h["alg"] = "HS256"; return Hmac(h, c, p.Key.ExportRSAPublicKey()); },
        ["id_token: BadSignature"] = p => p.Sign = (h, c) => { using var own = RSA.Create(2048); return SignWith(own, h, c); },
        ["id_token: BadSignature "] = p => p.Sign = (h, c) => { var t = SignWith(p.Key, h, c).Split('.'); c["aud"] = "x"; return $"{t[0]}.{Base64(c.ToJsonString())}.{t[2]}"; },
        ["id_token: signed by no key"] = p => p.Sign = (h, c) => { h["kid"] = "k2"; return SignWith(p.Key, h, c); },
        ["id_token: it is a token of another kind"] = p => p.Sign = (h, c) => { h["typ"] = "at+jwt"; return SignWith(p.Key, h, c); },
        ["id_token: it is a token of another kind "] = p => p.Sign = (h, c) => { h["typ"] = "logout+jwt"; return SignWith(p.Key, h, c); },
        ["id_token: Malformed"] = p => p.Sign = (_, _) => "a.b",
        ["id_token: its claims"] = p => p.Sign = (h, c) => SignRaw(p.Key, h, c.ToJsonString().Insert(1, "\"sub\":\"other\",")),
        ["id_token: it is too long"] = p => p.Claims = c => c["fill"] = new string('a', 10_000),
        ["userinfo: sub"] = p => p.UserInfo = Json($$"""{"sub":"another","email":"victim@example.com","email_verified":true}"""),
        ["userinfo: sub "] = p => p.UserInfo = Json("""{"email":"victim@example.com","email_verified":true}"""),
        ["userinfo: status 401"] = p => p.UserInfo = Status(401),
        ["answered with a redirect"] = p => p.UserInfo = Redirect,
        ["answered with a redirect "] = p => p.Token = Redirect,
        ["answer 200 is not JSON"] = p => p.Token = Json("<html>"),
        ["answer 200 is not JSON "] = p => p.Token = Json("""{"access_token":"a","access_token":"b"}"""),
        ["answer 200 is not JSON  "] = p => p.Token = Json(string.Concat(Enumerable.Repeat("[", 10_000))),
        ["token endpoint: no bearer token"] = p => p.Token = Json("""{"access_token":"a","token_type":"mac"}"""),
        ["token endpoint: no bearer token "] = p => p.Token = Json("""{"token_type":"bearer"}"""),
        ["token endpoint: no bearer token  "] = p => p.Token = Json("[]"),
        ["token endpoint: no id_token"] = p => p.Token = Json("""{"access_token":"a","token_type":"bearer"}"""),
        ["token endpoint: status 400, error invalid_grant"] = p => p.Token = Json("""{"error":"invalid_grant"}""", 400),
        ["token endpoint: status 200, error bad_verification_code"] = p => p.Token = Json("""{"error":"bad_verification_code"}"""),
        ["answered more than"] = p => p.Token = Huge,
    };

    private static readonly Dictionary<string, Action<CrookedProvider>> KeyLies = new()
    {
        ["answered more than "] = p => p.Jwks = Huge,
        ["JWKS: status 200"] = p => p.Jwks = Json("{}"),
        ["id_token: signed by no key "] = p => p.Jwks = Json("""{"keys":[{"kty":"oct","kid":"k1","k":"c2VjcmV0"},{"kty":"RSA","kid":"k1","n":"AQAB","e":"AQAB"},7]}"""),
    };

    public static TheoryData<string> Names => [.. Lies.Keys];

    public static TheoryData<string> KeyNames => [.. KeyLies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Cannot_sign_in_with(string why)
    {
        var server = shared.Server;
        await RefuseAsync(server, why, Lies[why]);
    }

    [Theory]
    [MemberData(nameof(KeyNames))]
    public async Task Cannot_sign_in_with_keys(string why)
    {
        // Keys are remembered: a server that has seen none yet.
        await using var server = await ProviderServer.StartAsync(real: null);
        await RefuseAsync(server, why, KeyLies[why]);
    }

    private static async Task RefuseAsync(ProviderServer server, string why, Action<CrookedProvider> lie)
    {
        using var browser = server.NewBrowser();
        lie(server.Crooked);

        var reply = await server.SignInCrookedlyAsync(browser);

        Assert.Equal((502, "oauth_provider_invalid"), (reply.Status, reply.Code));
        var (reason, details) = await server.LastEventAsync("oauth_failed");
        Assert.Equal("oauth_provider_invalid", reason);
        Assert.StartsWith(why.TrimEnd(), details.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Browser.SessionCookie, browser.Cookies.Keys);
        Assert.Equal(0, await server.CountAsync($"SELECT COUNT(*) FROM users WHERE email = '{server.Crooked.Person.Email}'"));
    }

    [Fact]
    public async Task Can_sign_in_where_the_answer_is_in_order()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        server.Crooked.Claims = c => (c["aud"], c["azp"]) = (new JsonArray("aicli-crooked", "aicli-other"), "aicli-crooked");
        Assert.Equal(200, (await server.SignInCrookedlyAsync(browser)).Status);
    }

    [Fact]
    public async Task A_provider_that_fails_is_told_from_one_that_lies()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        server.Crooked.Token = Status(500);
        var reply = await server.SignInCrookedlyAsync(browser);
        Assert.Equal((503, "oauth_provider_unavailable"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_verified_address_elsewhere_does_not_verify_this_one()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        server.Crooked.Claims = c => c["email_verified"] = true;
        server.Crooked.UserInfo = Json($$"""{"sub":"{{server.Crooked.Person.Sub}}","email":"victim@example.com"}""");
        Assert.Equal("email_not_verified", (await server.SignInCrookedlyAsync(browser)).Code);
    }

    [Theory]
    [InlineData("\"true\"")]
    [InlineData("1")]
    [InlineData("null")]
    public async Task Only_the_word_true_verifies_an_address(string verified)
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        server.Crooked.UserInfo = Json($$"""{"sub":"{{server.Crooked.Person.Sub}}","email":"victim@example.com","email_verified":{{verified}}}""");
        Assert.Equal("email_not_verified", (await server.SignInCrookedlyAsync(browser)).Code);
    }

    [Fact]
    public async Task A_name_that_nobody_could_type_is_not_taken()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        server.Crooked.Person = server.Crooked.Person with { Name = "a\u0000\n<b>", Email = "plain@example.com" };
        await server.SignInCrookedlyAsync(browser);
        Assert.Equal("plain", (await browser.WhoAmIAsync())!.Value.GetProperty("name").GetString());
    }

    [Fact]
    public async Task An_address_is_kept_in_its_normal_form()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        server.Crooked.Person = server.Crooked.Person with { Name = null, Email = "wide\uff20example.com" };
        Assert.Equal(200, (await server.SignInCrookedlyAsync(browser)).Status);
        var me = (await browser.WhoAmIAsync())!.Value;
        Assert.Equal(("wide@example.com", "wide"), (me.GetProperty("email").GetString(), me.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("email")]
    [InlineData("sub")]
    public async Task Text_that_is_none_counts_as_absent(string member)
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var person = JsonNode.Parse(server.Crooked.Person.ToJson())!.AsObject();
        person[member] = "HALF";
        // A cut pair of surrogates, as a provider leaves it that shortens a name.
        server.Crooked.UserInfo = Json(person.ToJsonString().Replace("HALF", "a\\ud83d", StringComparison.Ordinal));
        var reply = await server.SignInCrookedlyAsync(browser);
        Assert.Equal(
            member switch { "name" => (200, null), "email" => (403, "email_not_verified"), _ => (502, "oauth_provider_invalid") },
            (reply.Status, reply.Code));
    }

    private static RequestDelegate Json(string text, int status = 200) => context =>
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
        return context.Response.WriteAsync(text);
    };

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static Task Redirect(HttpContext context)
    {
        context.Response.Redirect("/me", permanent: false, preserveMethod: true);
        return Task.CompletedTask;
    }

    // Without a length, and with more than anybody waits for.
    private static async Task Huge(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var part = new string(' ', 64 * 1024);
        for (var i = 0; i < 64 && !context.RequestAborted.IsCancellationRequested; i++)
        {
            await context.Response.WriteAsync(part, context.RequestAborted);
        }
    }

    private static string Hmac(JsonObject header, JsonObject claims, byte[] key)
    {
        var signed = $"{Base64(header.ToJsonString())}.{Base64(claims.ToJsonString())}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string SignRaw(RSA key, JsonObject header, string claims)
    {
        var signed = $"{Base64(header.ToJsonString())}.{Base64(claims)}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
