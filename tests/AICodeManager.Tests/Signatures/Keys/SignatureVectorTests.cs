using System.Text.Json;
using AICodeManager.Signatures.Keys;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Signatures.Keys;

/// <summary>The vectors of Project Wycheproof, run through the keys as anybody reads and uses them.</summary>
public sealed class SignatureVectorTests
{
    [Theory]
    [InlineData("rsa_pss_2048_sha256_mgf1_32_test", SignatureAlgorithm.PS256, 108)]
    [InlineData("rsa_pss_3072_sha256_mgf1_32_test", SignatureAlgorithm.PS256, 108)]
    [InlineData("rsa_pss_4096_sha256_mgf1_32_test", SignatureAlgorithm.PS256, 108)]
    [InlineData("rsa_pss_4096_sha512_mgf1_64_test", SignatureAlgorithm.PS512, 179)]
    [InlineData("ecdsa_secp256r1_sha256_p1363_test", SignatureAlgorithm.ES256, 262)]
    [InlineData("ed25519_test", SignatureAlgorithm.Ed25519, 151)]
    public void Can_tell_good_signatures_from_bad_ones(string file, SignatureAlgorithm algorithm, int cases)
    {
        Assert.SkipUnless(algorithm != SignatureAlgorithm.Ed25519 || Ed25519.Available, "this system has no libcrypto 3");
        var tally = new VectorTally();
        foreach (var group in Vectors.Wycheproof(file).GroupBy(test => test.Group))
        {
            foreach (var text in Texts(group.Key))
            {
                Assert.True(PublicKeys.TryRead(text, algorithm, out var key, out var fault, out var why), $"{fault}: {why} {text}");
                using (key)
                {
                    Assert.Equal(group.Key.GetProperty("publicKeyDer").GetString(), Convert.ToHexStringLower(key.ToSpki()));
                    foreach (var test in group)
                    {
                        tally.Judge(test, key.Verify(test.Bytes("msg"), test.Bytes("sig")));
                    }
                }
            }
        }

        // Every case once by the key's PEM and, where there is one, once more by its JWK.
        var jwks = Vectors.Wycheproof(file).Count(test => test.Group.TryGetProperty("publicKeyJwk", out _));
        tally.Expect(cases + jwks);
    }

    private static IEnumerable<string> Texts(JsonElement group)
    {
        yield return group.GetProperty("publicKeyPem").GetString()!;
        if (group.TryGetProperty("publicKeyJwk", out var jwk))
        {
            yield return jwk.GetRawText();
        }
    }
}
