using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AICodeManager.Signatures.Keys;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys;

public sealed class RegistrationTests(PostgresServer postgres)
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_register_a_key_and_sign_in_with_it(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        var made = await lab.SendAsync(HttpMethod.Post, "keys", new { public_key = device.Pem, name = "Laptop" }, owner.Token, device.Proof());

        Assert.True(made.Status == 201, made.Text);
        Assert.Equal(["algorithm", "created_at", "custody", "expires_at", "key_id", "name"], made.Json.EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal(("Laptop", "ES256", "native"), (Text(made.Json, "name"), Text(made.Json, "algorithm"), Text(made.Json, "custody")));
        Assert.Equal(lab.Clock.UtcNow.AddDays(90), made.Json.GetProperty("expires_at").GetDateTimeOffset());
        device.Id = made.Json.GetProperty("key_id").GetGuid();
        var asked = await lab.AskAsync(device);
        Assert.Equal((200, owner.Id.ToString()), (asked.Status, Text(asked.Json, "id")));
    }

    [Theory]
    [InlineData(SignatureAlgorithm.PS256)]
    [InlineData(SignatureAlgorithm.PS512)]
    [InlineData(SignatureAlgorithm.ES256)]
    [InlineData(SignatureAlgorithm.Ed25519)]
    public async Task Can_register_keys_of_every_algorithm_as_text_and_as_JWK(SignatureAlgorithm algorithm)
    {
        Assert.SkipUnless(algorithm != SignatureAlgorithm.Ed25519 || Ed25519.Available, "no libcrypto 3");
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        foreach (var form in (Func<VerifyingKey, object>[])[key => key.ToPem(), key => key.ToJwk(), key => JsonElement.Parse(key.ToJwk())])
        {
            var device = lab.NewDevice(algorithm);
            var made = await lab.SendAsync(
                HttpMethod.Post, "keys", new { public_key = form(device.Key.Public), algorithm = $"{algorithm}" }, owner.Token, device.Proof());
            Assert.True(made.Status == 201, made.Text);
            Assert.Equal($"{algorithm}", Text(made.Json, "algorithm"));
            device.Id = made.Json.GetProperty("key_id").GetGuid();
            Assert.Equal(200, (await lab.AskAsync(device)).Status);
        }
    }

    [Fact]
    public async Task A_browsers_key_is_held_by_the_browser_and_named_after_it()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        using var visitor = new Visitor(lab.Server);
        await visitor.SignInAsync(owner.Email);
        var made = await lab.SendAsync(
            HttpMethod.Post, "keys", new { public_key = device.Pem }, null,
            request =>
            {
                request.Headers.Add("Cookie", string.Join("; ", visitor.Cookies.Select(c => $"{c.Key}={c.Value}")));
                request.Headers.Add("X-CSRF-Token", visitor.Csrf);
                request.Headers.TryAddWithoutValidation("User-Agent", Visitor.Firefox);
            }, device.Proof());

        Assert.True(made.Status == 201, made.Text);
        Assert.Equal(("Firefox", "browser"), (Text(made.Json, "name"), Text(made.Json, "custody")));
    }

    [Fact]
    public async Task A_key_says_itself_that_it_lies_in_a_cookie()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        await lab.EnrolAsync(owner, device, custody: "bff-cookie");
        Assert.Equal(200, (await lab.AskAsync(device)).Status);

        await owner.Client.PostAsync("auth/password", new { current_password = LiveServer.Password, password = "another long passphrase" });
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(device)).Outcome);
        Assert.Equal("revoked", Text((await owner.Client.GetAsync("keys")).GetProperty("items")[0], "state"));
    }

    [Fact]
    public async Task Cannot_register_without_signing_in_or_without_a_fresh_proof_of_the_password()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        Assert.Equal((401, "authentication_required"), (await RegisterAsync(lab, device, null)).Outcome);

        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        await owner.Client.GetAsync("auth/me");
        Assert.Equal((401, "step_up_required"), (await RegisterAsync(lab, device, owner.Token)).Outcome);
    }

    [Fact]
    public async Task A_key_alone_cannot_register_another()
    {
        await using var lab = await KeyLab.StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        var next = lab.NewDevice();
        var answer = await lab.SendAsync(HttpMethod.Post, "keys", new { public_key = next.Pem }, null, device.Signature(), next.Proof());
        Assert.Equal((401, "step_up_required"), answer.Outcome);
    }

    [Fact]
    public async Task A_public_key_is_registered_once_for_all_users_and_for_ever()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, other) = (await lab.SignUpAsync(), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(owner);
        Assert.Equal((409, "key_exists"), (await RegisterAsync(lab, device, owner.Token)).Outcome);
        Assert.Equal((409, "key_exists"), (await RegisterAsync(lab, device, other.Token)).Outcome);
        await owner.Client.DeleteAsync($"keys/{device.Id}");
        Assert.Equal((409, "key_exists"), (await RegisterAsync(lab, device, owner.Token)).Outcome);
    }

    [Fact]
    public async Task The_limit_counts_keys_in_use()
    {
        await using var lab = await KeyLab.StartAsync(config: "client_keys: {max_per_user: 2}");
        var owner = await lab.SignUpAsync();
        var first = await lab.EnrolAsync(owner);
        await lab.EnrolAsync(owner);
        Assert.Equal((409, "too_many_keys"), (await RegisterAsync(lab, lab.NewDevice(), owner.Token)).Outcome);
        Assert.Equal(201, (await lab.RotateAsync(first, lab.NewDevice())).Status);
        await owner.Client.DeleteAsync("keys");
        await lab.EnrolAsync(owner);
    }

    [Theory]
    [InlineData("""{"public_key":"no key"}""", "invalid_key")]
    [InlineData("""{"public_key":"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"}""", "invalid_key")]
    [InlineData("""{"public_key":{"kty":"oct","k":"AAAA"}}""", "invalid_key")]
    [InlineData("""{"public_key":{"kty":"RSA","n":"AQAB","e":"AQAB"}}""", "invalid_key")]
    [InlineData("""{"public_key":{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}}""", "invalid_key")]
    [InlineData("""{"public_key":7}""", "invalid_input")]
    [InlineData("""{"public_key":["a"]}""", "invalid_input")]
    [InlineData("""{"public_key":null}""", "invalid_input")]
    [InlineData("""{"public_key":"x","name":""}""", "invalid_input")]
    [InlineData("""{"public_key":"x","name":"a\u0007b"}""", "invalid_input")]
    [InlineData("""{"public_key":"x","custody":"cloud"}""", "invalid_input")]
    [InlineData("""{"public_key":"x","algorithm":"HS256"}""", "invalid_input")]
    [InlineData("""{"name":"x"}""", "malformed_body")]
    [InlineData("""{"public_key":"x","public_key":"y"}""", "malformed_body")]
    [InlineData("""{"public_key":"x","admin":true}""", "malformed_body")]
    [InlineData("""{"public_key":"x","name":"\ud800"}""", "malformed_body")]
    [InlineData("""{"public_key":"x" """, "malformed_body")]
    [InlineData("null", "malformed_body")]
    public async Task Refuses_what_is_no_key_or_no_request_for_one(string body, string code)
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var answer = await lab.SendAsync(HttpMethod.Post, "keys", Encoding.UTF8.GetBytes(body), owner.Token, lab.NewDevice().Proof());
        Assert.Equal((400, code), answer.Outcome);
    }

    [Fact]
    public async Task Refuses_private_keys_and_small_ones_and_says_so()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var leaked = await lab.SendAsync(
            HttpMethod.Post, "keys", new { public_key = lab.NewDevice().Key.ToPem() }, owner.Token, lab.NewDevice().Proof());
        Assert.Equal((400, "invalid_key"), leaked.Outcome);
        Assert.Contains("private", Text(leaked.Json, "detail"), StringComparison.Ordinal);

        using var small = RSA.Create(1024);
        var answer = await lab.SendAsync(
            HttpMethod.Post, "keys", new { public_key = small.ExportSubjectPublicKeyInfoPem() }, owner.Token, lab.NewDevice().Proof());
        Assert.Equal((400, "invalid_key"), answer.Outcome);
    }

    [Fact]
    public async Task Refuses_bodies_that_are_too_large_or_not_JSON()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        var large = await lab.SendAsync(HttpMethod.Post, "keys", new { public_key = new string('x', 17_000) }, owner.Token, device.Proof());
        Assert.Equal((413, "too_large"), large.Outcome);
        var text = await lab.SendAsync(
            HttpMethod.Post, "keys", new { public_key = device.Pem }, owner.Token,
            request => request.Content!.Headers.ContentType = new("text/plain"));
        Assert.Equal(415, text.Status);
    }

    private static Task<KeyAnswer> RegisterAsync(KeyLab lab, Device device, string? token) =>
        lab.SendAsync(HttpMethod.Post, "keys", new { public_key = device.Pem }, token, device.Proof());

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
