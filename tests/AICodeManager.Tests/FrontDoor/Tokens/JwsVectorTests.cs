using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Tokens;

/// <summary>The vectors of Project Wycheproof, run through the code that opens our own tokens.</summary>
public sealed class JwsVectorTests
{
    private const string OtherAlgorithm = "an algorithm that this server does not have";

    // Case 349 is Figure 13 again, its key with an own member; cases 346 and 350 name another algorithm than their key;
    // 372 and 373 have a character in the base64url that is not of its alphabet, and want it overlooked.
    private static readonly Dictionary<int, string> Stricter = new()
    {
        [346] = "the header's algorithm is not the key's, and is accepted",
        [350] = "the header's algorithm is not the key's, and is accepted",
        [349] = "key_ops in a key, which this server never writes",
        [372] = "a foreign character in base64url is overlooked",
        [373] = "a foreign character in base64url is overlooked",
    };

    // Cases 367 and 370 are said to have padding, but have lost it: they are case 357, which is valid, once more.
    private const string SameAsValid = "the text of a valid case, said to be invalid";

    [Fact]
    public void Signatures()
    {
        var tally = new VectorTally();
        foreach (var test in Vectors.Wycheproof("json_web_signature_test"))
        {
            var key = KeyOf(test.Group.TryGetProperty("public", out var pair) ? pair : test.Group.GetProperty("private"));
            var accepted = key is not null && Opens(test.Test.GetProperty("jws").GetString()!, key);
            if (test.Id is 367 or 370)
            {
                Assert.True(accepted);
                tally.PassOver(SameAsValid);
            }
            else if (test.IsValid && Stricter.TryGetValue(test.Id, out var reason))
            {
                Assert.False(accepted);
                tally.PassOver(reason);
            }
            else if (test.IsValid && key is null)
            {
                tally.PassOver(OtherAlgorithm);
            }
            else
            {
                tally.Judge(test, accepted);
            }
        }

        tally.Expect(
            376,
            (OtherAlgorithm, 18),
            (SameAsValid, 2),
            ("the header's algorithm is not the key's, and is accepted", 2),
            ("a foreign character in base64url is overlooked", 2),
            ("key_ops in a key, which this server never writes", 1));
    }

    [Fact]
    public void Keys()
    {
        var tally = new VectorTally();
        foreach (var test in Vectors.Wycheproof("json_web_key_test"))
        {
            var set = test.Group.TryGetProperty("public", out var pair) ? pair : test.Group.GetProperty("private");
            var jwks = set.TryGetProperty("keys", out var many) ? many.EnumerateArray().ToList() : [set];
            var comment = test.Test.GetProperty("comment").GetString();
            if (NotOurs(test.Group.GetProperty("comment").GetString()!, comment!) is { } reason)
            {
                tally.PassOver(reason);
            }
            else
            {
                tally.Judge(test, KeysOf(jwks) is { } keys && Opens(test.Test.GetProperty("jws").GetString()!, keys));
            }
        }

        tally.Expect(
            16,
            (OtherAlgorithm, 6),
            ("a set of secrets and key pairs, where a ring of this server holds one algorithm", 1),
            ("the algorithm of a symmetric JWK, which this server never reads", 2),
            ("a key of a weak generator, where this server makes its own keys", 1));
    }

    [Fact]
    public void Hmac_with_sha256()
    {
        var tally = new VectorTally();
        foreach (var test in Vectors.Wycheproof("hmac_sha256_test"))
        {
            if (test.Bytes("key").Length < 32)
            {
                Assert.Throws<ArgumentException>(() => new HmacKey("k", test.Bytes("key")));
                tally.PassOver("a key shorter than the hash");
            }
            else if (test.Bytes("tag").Length != 32)
            {
                Assert.False(OpensSigned(new HmacKey("k", test.Bytes("key")), test.Bytes("tag")));
                tally.PassOver("a tag that was cut");
            }
            else
            {
                tally.Judge(test, new HmacKey("k", test.Bytes("key")).Verify(test.Bytes("msg"), test.Bytes("tag")));
            }
        }

        tally.Expect(84, ("a tag that was cut", 84), ("a key shorter than the hash", 6));
    }

    [Theory]
    [InlineData("rsa_pss_2048_sha256_mgf1_32_test", 108)]
    [InlineData("rsa_pss_3072_sha256_mgf1_32_test", 108)]
    [InlineData("rsa_pss_4096_sha256_mgf1_32_test", 108)]
    public void Rsa_with_pss(string file, int cases)
    {
        var tally = new VectorTally();
        foreach (var test in Vectors.Wycheproof(file))
        {
            tally.Judge(test, Verifies(KeyOf(test.Group.GetProperty("publicKeyJwk"))!, test));
        }

        tally.Expect(cases);
    }

    [Fact]
    public void Ecdsa_over_p256()
    {
        var tally = new VectorTally();
        foreach (var test in Vectors.Wycheproof("ecdsa_secp256r1_sha256_p1363_test"))
        {
            // 04, x, y: not every group has its key as JWK.
            var point = Convert.FromHexString(test.Group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!);
            var jwk = new PublicJwk("EC", "ES256", "k", Crv: "P-256", X: Base64Url.EncodeToString(point.AsSpan(1, 32)), Y: Base64Url.EncodeToString(point.AsSpan(33)));
            tally.Judge(test, Verifies(jwk.ToKey()!, test));
        }

        tally.Expect(262);
    }

    // As in a token: a signature of another length is refused before the key is asked.
    private static bool Verifies(JwsKey key, VectorCase test) =>
        test.Bytes("sig").Length == key.SignatureLength && key.Verify(test.Bytes("msg"), test.Bytes("sig"));

    private static string? NotOurs(string set, string comment) => (set, comment) switch
    {
        ("HS384" or "HS512", _) => OtherAlgorithm,
        ("jws_mixedSymmetryKeyset", _) => "a set of secrets and key pairs, where a ring of this server holds one algorithm",
        (_, "rejectsAesKey") => "the algorithm of a symmetric JWK, which this server never reads",
        (_, "rejectsKeyWithRocaVulnerability") => "a key of a weak generator, where this server makes its own keys",
        _ => null,
    };

    private static JwsKeySet? KeysOf(IEnumerable<JsonElement> jwks)
    {
        try
        {
            return new JwsKeySet(jwks.Select(KeyOf).OfType<JwsKey>());
        }
        catch (ArgumentException)
        {
            // A secret is too short or not base64url, or two keys have one id.
            return null;
        }
    }

    private static bool OpensSigned(JwsKey key, byte[] signature) =>
        Opens($"{Encoding.ASCII.GetString(key.EncodedHeader)}..{Base64Url.EncodeToString(signature)}", key);

    private static bool Opens(string token, JwsKey key) => Opens(token, new JwsKeySet([key]));

    private static bool Opens(string token, JwsKeySet keys)
    {
        var text = Encoding.UTF8.GetBytes(token);
        return CompactJws.Open(text, keys, new byte[text.Length], out _) == JwsFault.None;
    }

    private static JwsKey? KeyOf(JsonElement jwk)
    {
        if (jwk.GetProperty("kty").GetString() != "oct")
        {
            return PublicJwk.Parse(jwk.GetRawText())?.ToKey();
        }

        return jwk.GetProperty("alg").GetString() == HmacKey.Name
            ? new HmacKey(jwk.GetProperty("kid").GetString()!, StrictBase64Url.Decode(jwk.GetProperty("k").GetString()) ?? throw new ArgumentException("not base64url"))
            : null;
    }
}
