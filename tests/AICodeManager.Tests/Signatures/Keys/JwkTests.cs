using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Keys.Kinds;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Signatures.Keys;

public sealed class JwkTests
{
    // RFC 7638 section 3.1, without its alg (RS256, which is not accepted here).
    private const string Example = """
        {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","kid":"2011-04-29"}
        """;

    // RFC 8037 appendix A.2.
    private const string Edwards = """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""";

    [Fact]
    public void Can_compute_the_thumbprints_of_the_rfcs()
    {
        using var rsa = KeyBench.Accepted(Example);
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", rsa.Thumbprint);
        Assert.SkipUnless(Ed25519.Available, "this system has no libcrypto 3");
        using var edwards = KeyBench.Accepted(Edwards);
        Assert.Equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", edwards.Thumbprint);
    }

    [Fact]
    public void Can_read_one_key_from_every_spelling()
    {
        using var rsa = KeyBench.Accepted(Example);
        foreach (var text in new[]
        {
            With("alg", "PS256"), With("use", "sig"), With("key_ops", new JsonArray("verify")), With("key_ops", new JsonArray("sign", "verify")),
            With("ext", true), With("x5c", new JsonArray("anything")), With("made up", JsonNode.Parse("""{"a":[{"b":[]}]}""")), rsa.ToPem(), rsa.ToJwk(),
            Example.Replace("\"n\"", "\"\\u006e\"", StringComparison.Ordinal), " \r\n" + Example + "\n", With("e", "AAEAAQ"), KeyBench.RsaJwk([0, 0, .. Modulus()], [0, 1, 0, 1]),
        })
        {
            using var key = KeyBench.Accepted(text);
            Assert.Equal((rsa.Thumbprint, SignatureAlgorithm.PS256), (key.Thumbprint, key.Algorithm));
        }

        using var ps512 = KeyBench.Accepted(With("alg", "PS512"));
        Assert.Equal((rsa.Thumbprint, SignatureAlgorithm.PS512), (ps512.Thumbprint, ps512.Algorithm));
        using var again = KeyBench.Accepted(ps512.ToJwk());
        Assert.Equal(SignatureAlgorithm.PS512, again.Algorithm);
    }

    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("oth")]
    [InlineData("k")]
    public void Cannot_send_members_of_private_keys(string member)
    {
        KeyBench.Refused(KeyFault.Private, With(member, "AQAB"));
        KeyBench.Refused(KeyFault.Private, With(member, null));
        KeyBench.Refused(KeyFault.Private, Example.Replace("\"kid\"", $"\"\\u00{(int)member[0]:x2}{member[1..]}\"", StringComparison.Ordinal));
        KeyBench.Refused(KeyFault.Private, $$"""{"kty":"oct","{{member}}":"AAAA"}""");
    }

    [Theory]
    [InlineData(KeyFault.Algorithm, "alg", "\"RS256\"")]
    [InlineData(KeyFault.Algorithm, "alg", "\"ES256\"")]
    [InlineData(KeyFault.Algorithm, "alg", "\"none\"")]
    [InlineData(KeyFault.Algorithm, "alg", "\"ps256\"")]
    [InlineData(KeyFault.Algorithm, "alg", "\"\"")]
    [InlineData(KeyFault.Format, "alg", "null")]
    [InlineData(KeyFault.Format, "alg", "256")]
    [InlineData(KeyFault.Usage, "use", "\"enc\"")]
    [InlineData(KeyFault.Usage, "use", "null")]
    [InlineData(KeyFault.Usage, "use", "[\"sig\"]")]
    [InlineData(KeyFault.Usage, "key_ops", "\"verify\"")]
    [InlineData(KeyFault.Usage, "key_ops", "[]")]
    [InlineData(KeyFault.Usage, "key_ops", "[\"sign\"]")]
    [InlineData(KeyFault.Usage, "key_ops", "[\"verify\",\"verify\"]")]
    [InlineData(KeyFault.Usage, "key_ops", "[\"verify\",\"encrypt\"]")]
    [InlineData(KeyFault.Usage, "key_ops", "[\"verify\",1]")]
    [InlineData(KeyFault.Kind, "kty", "\"rsa\"")]
    [InlineData(KeyFault.Kind, "kty", "\"oct\"")]
    [InlineData(KeyFault.Kind, "kty", "7")]
    [InlineData(KeyFault.Curve, "kty", "\"EC\"")]
    [InlineData(KeyFault.Curve, "kty", "\"OKP\"")]
    [InlineData(KeyFault.Format, "n", "\"\"")]
    [InlineData(KeyFault.Format, "n", "17")]
    [InlineData(KeyFault.Format, "n", "null")]
    [InlineData(KeyFault.Format, "n", "{\"n\":1}")]
    [InlineData(KeyFault.Size, "n", "\"AAAA\"")]
    [InlineData(KeyFault.Format, "e", "\"AQAB=\"")]
    [InlineData(KeyFault.Format, "e", "\"AQ AB\"")]
    [InlineData(KeyFault.Format, "e", "\"AQ+B\"")]
    [InlineData(KeyFault.Format, "e", "\"AQABAB\"")] // bits left over
    [InlineData(KeyFault.Format, "e", "\"AQABA\"")]
    [InlineData(KeyFault.Exponent, "e", "\"AAAA\"")]
    [InlineData(KeyFault.Exponent, "e", "\"Aw\"")]
    [InlineData(KeyFault.Format, "keys", "[]")]
    public void Cannot_read_members_that_contradict(KeyFault fault, string member, string json) => KeyBench.Refused(fault, With(member, JsonNode.Parse(json)));

    [Theory]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("[]")]
    [InlineData("""[{"kty":"RSA"}]""")]
    [InlineData("""{"kty":"RSA","kty":"RSA"}""")]
    [InlineData("""{"kty":"RSA","k\u0074y":"RSA"}""")]
    [InlineData("""{"kty":"RSA","x":{"a":1,"a":1}}""")]
    [InlineData("""{"kty":"RSA",}""")]
    [InlineData("""{"kty":"RSA"/**/}""")]
    [InlineData("""{'kty':'RSA'}""")]
    [InlineData("""{"\ud800":1,"kty":"RSA"}""")]
    [InlineData("""{"kty":"\ud800"}""")]
    [InlineData("""{"keys":[{"kty":"RSA"}]}""")]
    public void Cannot_read_broken_json(string text) => KeyBench.Refused(KeyFault.Format, text);

    // Not as data of the test above: half a pair does not survive the way there.
    [Fact]
    public void Cannot_read_half_a_surrogate_pair() => KeyBench.Refused(KeyFault.Format, "{\"kty\":\"RSA\uD800\"}");

    [Fact]
    public void Cannot_nest_json() =>
        KeyBench.Refused(KeyFault.Format, """{"kty":"RSA","a":""" + new string('[', 4000) + new string(']', 4000) + "}");

    [Theory]
    [InlineData(KeyFault.Curve, """{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}""")]
    [InlineData(KeyFault.Curve, """{"kty":"EC","crv":"Ed25519","x":"AA","y":"AA"}""")]
    [InlineData(KeyFault.Curve, """{"kty":"OKP","crv":"X25519","x":"AA"}""")]
    [InlineData(KeyFault.Curve, """{"kty":"OKP","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData(KeyFault.Point, """{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData(KeyFault.Format, """{"kty":"EC","crv":"P-256","x":"AA"}""")]
    [InlineData(KeyFault.Point, """{"kty":"OKP","crv":"Ed25519","x":"AQ"}""")]
    [InlineData(KeyFault.Algorithm, """{"kty":"OKP","crv":"Ed25519","alg":"ES256","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    [InlineData(KeyFault.Kind, """{"crv":"P-256","x":"AA","y":"AA"}""")]
    public void Cannot_read_other_curves_and_points(KeyFault fault, string text) => KeyBench.Refused(fault, text);

    /// <summary>
    /// The keys of Wycheproof's JWK file. Its RSA keys name RS256, which is refused as such: without that name,
    /// what the case is about must be seen. The symmetric keys are refused, good and bad.
    /// </summary>
    [Fact]
    public void Can_tell_the_keys_of_wycheproof()
    {
        var seen = new Dictionary<int, KeyFault>();
        var roca = "";
        foreach (var test in Vectors.Wycheproof("json_web_key_test"))
        {
            var set = test.Group.TryGetProperty("public", out var pair) ? pair : test.Group.GetProperty("private");
            KeyBench.Refused(KeyFault.Format, set.GetRawText());
            var jwk = set.GetProperty("keys")[0].Deserialize<JsonObject>()!;
            if ((string?)jwk["alg"] is "RS256")
            {
                KeyBench.Refused((string?)jwk["use"] is "enc" ? KeyFault.Usage : KeyFault.Algorithm, jwk.ToJsonString());
                jwk.Remove("alg");
            }

            PublicKeys.TryRead(jwk.ToJsonString(), null, out var key, out var fault, out _);
            key?.Dispose();
            seen[test.Id] = fault;
            roca = test.Id == 7 ? (string)jwk["n"]! : roca;
        }

        Assert.Equal(26, seen.Count);
        Assert.Equal(KeyFault.None, seen[5]);
        Assert.Equal(KeyFault.Usage, seen[6]);
        Assert.Equal(KeyFault.Size, seen[7]); // of a broken generator, and of 2049 bits
        Assert.True(WeakModulus.Is(Base64Url.DecodeFromChars(roca)));
        Assert.Equal(KeyFault.Size, seen[8]);
        Assert.Equal(KeyFault.Exponent, seen[9]);
        Assert.Equal(KeyFault.Algorithm, seen[19]);
        Assert.Equal(KeyFault.Algorithm, seen[20]);
        Assert.Equal(KeyFault.Usage, seen[21]);
        Assert.Equal(KeyFault.Point, seen[22]);
        Assert.Equal(KeyFault.Curve, seen[23]);
        Assert.Equal(KeyFault.Format, seen[24]);
        Assert.All(seen.Where(s => s.Key is < 5 or (> 9 and < 19) or > 24), s => Assert.Equal(KeyFault.Private, s.Value));
    }

    private static string With(string member, JsonNode? value)
    {
        var jwk = JsonNode.Parse(Example)!.AsObject();
        jwk[member] = value;
        return jwk.ToJsonString();
    }

    private static byte[] Modulus() => Base64Url.DecodeFromChars((string)JsonNode.Parse(Example)!["n"]!);
}
