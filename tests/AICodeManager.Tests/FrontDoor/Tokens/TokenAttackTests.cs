using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Tokens;

/// <summary>What attackers send. Most of these are signed with the right secret, so that only the one defence refuses them.</summary>
public sealed class TokenAttackTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private Database database = null!;
    private TokenNode node = null!;
    private string genuine = "", header = "", payload = "";

    public async ValueTask InitializeAsync()
    {
        database = Database.Sqlite(folder.File("t.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, TestContext.Current.CancellationToken);
        node = await TokenNode.StartAsync(database, "HS256");
        genuine = node.Mint();
        (header, payload) = (Forged.HeaderOf(genuine), Forged.PayloadOf(genuine));
    }

    [Fact]
    public void A_genuine_header_may_be_laid_out_otherwise() =>
        Assert.NotNull(Read(header.Replace(":", " :\t", StringComparison.Ordinal), payload).Token);

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("hs256")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public void Cannot_choose_the_algorithm(string algorithm)
    {
        var other = header.Replace("HS256", algorithm, StringComparison.Ordinal);
        Refused(TokenFault.Invalid, Read(other, payload));
        Refused(TokenFault.Invalid, node.Tokens.Read($"{Forged.Part(other)}.{Forged.Part(payload)}."));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task Cannot_use_a_public_key_as_a_secret(string algorithm)
    {
        await using var pairs = await TokenNode.StartAsync(database, algorithm);
        var token = pairs.Mint();
        var jwk = Assert.Single(pairs.Ring.Published);
        using AsymmetricAlgorithm key = algorithm == "ES256" ? ECDsa.Create() : RSA.Create();
        Import(key, jwk);
        byte[][] guesses =
        [
            Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem()),
            Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"),
            key.ExportSubjectPublicKeyInfo(),
            Encoding.UTF8.GetBytes(jwk.Write()),
            Base64Bytes(jwk.N ?? jwk.X!),
        ];
        foreach (var guess in guesses)
        {
            foreach (var name in new[] { "HS256", algorithm })
            {
                var forged = Forged.SignedWith(
                    guess, Forged.Part(Forged.HeaderOf(token).Replace(algorithm, name, StringComparison.Ordinal)), token.Split('.')[1]);
                Refused(TokenFault.Invalid, pairs.Tokens.Read(forged));
            }
        }
    }

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("/dev/null")]
    [InlineData("' OR '1'='1")]
    [InlineData("x' UNION SELECT 'secret")]
    [InlineData("http://127.0.0.1:9/jwks.json")]
    [InlineData("KID\\u0000")]
    [InlineData("KID\0")]
    [InlineData(" KID")]
    [InlineData("KID ")]
    [InlineData("키")]
    public async Task Cannot_point_to_a_key(string kid)
    {
        var own = header[(header.IndexOf("kid", StringComparison.Ordinal) + 6)..^2];
        var other = header.Replace(own, kid.Replace("KID", own, StringComparison.Ordinal), StringComparison.Ordinal);
        var token = Forged.Signed(Forged.Part(other), Forged.Part(payload));
        Assert.Null((await node.Tokens.ReadAsync(token.AsMemory(), TestContext.Current.CancellationToken)).Token);
        Assert.Null(Read(header.Replace(own, new string('k', 4000), StringComparison.Ordinal), payload).Token);
    }

    [Theory]
    [InlineData("""crit":["exp"]""")]
    [InlineData("""zip":"DEF" """)]
    [InlineData("""jwk":{"kty":"oct","k":"AAAA"}""")]
    [InlineData("""jku":"http://127.0.0.1:9/jwks.json" """)]
    [InlineData("""x5u":"http://127.0.0.1:9/cert.pem" """)]
    [InlineData("""x5c":["MIIB"]""")]
    [InlineData("""b64":false""")]
    [InlineData("""enc":"A256GCM" """)]
    [InlineData("""cty":"JWT" """)]
    [InlineData("""anything":1""")]
    public void Cannot_tell_the_verifier_what_to_do(string member)
    {
        Refused(TokenFault.Invalid, Read(header[..^1] + ",\"" + member + "}", payload));
        Refused(TokenFault.Invalid, Read("{\"" + member + "," + header[1..], payload));
    }

    [Theory]
    [InlineData("{\"alg\":\"HS256\",", "\"alg\":\"HS256\"")]
    [InlineData("{\"\\u0061lg\":\"HS256\",", "\"alg\":\"HS256\"")]
    [InlineData("{\"alg\":\"\",", "\"alg\":\"HS256\"")]
    [InlineData("{\"alg\":null,", "\"alg\":\"HS256\"")]
    public void Cannot_say_a_thing_of_the_header_twice_or_otherwise(string first, string second) =>
        Assert.Null(Read(header.Replace("{\"alg\":\"HS256\"", first + second, StringComparison.Ordinal), payload).Token);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("{\"")]
    [InlineData("{\"alg")]
    [InlineData("{\"alg\"")]
    [InlineData("{\"alg\":")]
    [InlineData("{\"alg\":\"")]
    [InlineData("{\"alg\":\"HS256\"")]
    [InlineData("{\"alg\":\"HS256\",")]
    [InlineData("{\"alg\":\"HS256\",}")]
    [InlineData("{,\"alg\":\"HS256\"}")]
    [InlineData("{\"alg\" \"HS256\"}")]
    public void A_header_that_is_no_object_of_texts_is_refused(string text) => Assert.Null(Read(text, payload).Token);

    [Theory]
    [InlineData("{}")]
    [InlineData(",")]
    [InlineData("x")]
    [InlineData("\u00a0")]
    public void A_header_with_anything_around_it_is_refused(string text)
    {
        Assert.Null(Read(text + header, payload).Token);
        Assert.Null(Read(header + text, payload).Token);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("AT+JWT")]
    [InlineData("at+jwt ")]
    [InlineData("application/at+jwt")]
    [InlineData("logout+jwt")]
    public void Cannot_pass_another_kind_of_token_off_as_an_access_token(string type)
    {
        Refused(TokenFault.Invalid, Read(header.Replace("at+jwt", type, StringComparison.Ordinal), payload));
        Refused(TokenFault.Invalid, Read(header.Replace("\"typ\":\"at+jwt\",", "", StringComparison.Ordinal), payload));
    }

    [Theory]
    [InlineData("\"role\":\"user\"", "\"role\":\"user\",\"role\":\"admin\"")]
    [InlineData("\"role\":\"user\"", "\"r\\u006fle\":\"admin\",\"role\":\"user\"")]
    [InlineData("\"role\":\"user\"", "\"role\":\"user\",\"x\":1,\"x\":1")]
    [InlineData("\"role\":\"user\"", "\"role\":[\"user\"]")]
    [InlineData("\"role\":\"user\"", "\"role\":\"\"")]
    [InlineData("\"role\":\"user\"", "\"role\":\"us\\u0065r\"")]
    [InlineData("\"role\":\"user\",", "")]
    [InlineData("\"aud\":\"aicli-users\"", "\"aud\":[\"aicli-users\",\"other\"]")]
    [InlineData("\"aud\":\"aicli-users\"", "\"aud\":[[\"aicli-users\"]]")]
    [InlineData("\"aud\":\"aicli-users\"", "\"aud\":[]")]
    [InlineData("\"aud\":\"aicli-users\"", "\"aud\":{\"aicli-users\":1}")]
    [InlineData("\"aud\":\"aicli-users\"", "\"aud\":\"aicli-users2\"")]
    [InlineData("\"aud\":\"aicli-users\"", "\"aud\":null")]
    [InlineData("\"aud\":\"aicli-users\",", "")]
    [InlineData("\"iss\":\"aicli-web\"", "\"iss\":[\"aicli-web\"]")]
    [InlineData("\"iss\":\"aicli-web\"", "\"iss\":\"aicli-web.evil.example\"")]
    [InlineData("\"exp\":1793782800", "\"exp\":1793782800.5")]
    [InlineData("\"exp\":1793782800", "\"exp\":1e12")]
    [InlineData("\"exp\":1793782800", "\"exp\":\"1793782800\"")]
    [InlineData("\"exp\":1793782800", "\"exp\":253402300800")]
    [InlineData("\"exp\":1793782800", "\"exp\":99999999999999999999999")]
    [InlineData("\"exp\":1793782800", "\"exp\":-1")]
    [InlineData("\"exp\":1793782800", "\"exp\":null")]
    [InlineData("\"exp\":1793782800,", "")]
    [InlineData("\"iat\":1793696400", "\"iat\":1793782801")]
    [InlineData("\"nbf\":1793696400", "\"nbf\":1793696406")]
    [InlineData("\"nbf\":1793696400,", "")]
    [InlineData("018f3a1e-1111-7000-8000-000000000001", "018f3a1e11117000800000000000000100000")]
    [InlineData("018f3a1e-1111-7000-8000-000000000001", "{018f3a1e-1111-7000-8000-00000000001}")]
    [InlineData("[\"workspace:create\",", "[\"workspace:create\",[[[[[[[[[[")]
    [InlineData("{\"iss\"", "[{\"iss\"")]
    [InlineData("{\"iss\"", "{\"deep\":[[[[[[[[[[1]]]]]]]]]],\"iss\"")]
    [InlineData("{\"iss\"", "{/* */\"iss\"")]
    [InlineData("own\"]}", "own\"],}")]
    [InlineData("own\"]}", "own\"]}{}")]
    [InlineData("own\"]}", "own\"]")]
    public void Cannot_say_a_claim_twice_or_otherwise(string genuinePart, string instead)
    {
        Assert.Contains(genuinePart, payload, StringComparison.Ordinal);
        Assert.Null(Read(header, payload.Replace(genuinePart, instead, StringComparison.Ordinal)).Token);
    }

    [Fact]
    public void One_audience_in_a_list_and_claims_of_later_versions_are_read()
    {
        Assert.NotNull(Read(header, payload.Replace("\"aicli-users\"", "[\"aicli-users\"]", StringComparison.Ordinal)).Token);
        Assert.NotNull(Read(header, payload.Replace("{\"iss\"", "{\"acr\":{\"x\":[1]},\"amr\":1,\"iss\"", StringComparison.Ordinal)).Token);
    }

    [Fact]
    public void Each_value_has_one_text_only()
    {
        var parts = genuine.Split('.');
        for (var part = 0; part < 3; part++)
        {
            foreach (var other in new[] { parts[part] + "=", parts[part] + "\n", " " + parts[part], parts[part] + "A", Standard(parts[part]), NextUnusedBit(parts[part]) })
            {
                if (other != parts[part])
                {
                    string[] changed = [.. parts];
                    changed[part] = other;
                    Assert.Null(node.Tokens.Read(string.Join('.', changed)).Token);
                    Assert.Null(node.Tokens.Read(Forged.Signed(changed[0], changed[1]) + (part == 2 ? "=" : "")).Token);
                }
            }
        }
    }

    [Fact]
    public void Cannot_send_more_than_a_token()
    {
        Refused(TokenFault.Malformed, node.Tokens.Read(genuine + "."));
        Refused(TokenFault.Malformed, node.Tokens.Read(genuine + "." + genuine));
        Refused(TokenFault.Malformed, node.Tokens.Read(new string('.', CompactJws.MaxLength)));
        Refused(TokenFault.Malformed, node.Tokens.Read(new string('a', 50_000_000)));
        Refused(TokenFault.Malformed, Read(header, payload[..^1] + ",\"x\":\"" + new string('x', CompactJws.MaxLength) + "\"}"));
        Refused(TokenFault.Malformed, Read(new string(' ', CompactJws.MaxLength) + header, payload));
    }

    [Fact]
    public void Cannot_use_a_part_of_a_token()
    {
        for (var length = 0; length < genuine.Length; length++)
        {
            Assert.Null(node.Tokens.Read(genuine.AsSpan(0, length)).Token);
            Assert.Null(node.Tokens.Read(genuine.AsSpan(genuine.Length - length)).Token);
        }
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("ES256")]
    public async Task Ten_thousand_changed_tokens_are_refused_without_a_fault(string algorithm)
    {
        await using var maker = await TokenNode.StartAsync(database, algorithm);
        var token = maker.Mint();
        var chance = new Random(20261103);
        for (var i = 0; i < 10_000; i++)
        {
            var changed = Change(token, chance);
            if (changed != token && maker.Tokens.Read(changed).Token is not null)
            {
                Assert.Fail($"accepted: {changed}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
        folder.Dispose();
    }

    private TokenReading Read(string headerJson, string payloadJson) =>
        node.Tokens.Read(Forged.Signed(Forged.Part(headerJson), Forged.Part(payloadJson)));

    private static void Refused(TokenFault fault, TokenReading reading) => Assert.Equal((null, fault), (reading.Token, reading.Fault));

    private static string Change(string token, Random chance)
    {
        var text = new StringBuilder(token);
        for (var changes = chance.Next(1, 4); changes > 0; changes--)
        {
            var at = chance.Next(text.Length);
            switch (chance.Next(6))
            {
                case 0:
                    text[at] = (char)(text[at] ^ (1 << chance.Next(7)));
                    break;
                case 1:
                    text[at] = (char)chance.Next(0x10000);
                    break;
                case 2:
                    text.Remove(at, chance.Next(1, text.Length - at + 1));
                    text.Append('.');
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, chance.Next(1, text.Length - at + 1)));
                    break;
                case 4:
                    text.Insert(at, "._-= A\0"[chance.Next(7)]);
                    break;
                default:
                    (text[at], text[^1]) = (text[^1], text[at]);
                    break;
            }
        }

        return text.ToString();
    }

    private static string Standard(string part) => part.Replace('-', '+').Replace('_', '/');

    // The last character with its lowest, unused bit set: the same bytes to a forgiving decoder.
    private static string NextUnusedBit(string part)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return part.Length % 4 == 0 ? part : part[..^1] + Alphabet[Alphabet.IndexOf(part[^1], StringComparison.Ordinal) | 1];
    }

    private static void Import(AsymmetricAlgorithm key, PublicJwk jwk)
    {
        if (key is ECDsa ecdsa)
        {
            ecdsa.ImportParameters(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Base64Bytes(jwk.X!), Y = Base64Bytes(jwk.Y!) },
            });
        }
        else
        {
            ((RSA)key).ImportParameters(new RSAParameters { Modulus = Base64Bytes(jwk.N!), Exponent = Base64Bytes(jwk.E!) });
        }
    }

    private static byte[] Base64Bytes(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
