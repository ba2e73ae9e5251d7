using System.Security.Cryptography;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Signatures.Keys;

/// <summary>Exactly one public key, as PEM or DER, and nothing else.</summary>
public sealed class KeyFormatTests
{
    private static readonly ECDsa Pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly byte[] Der = Pair.ExportSubjectPublicKeyInfo();
    private static readonly string Good = KeyBench.Pem(Der);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \r\n")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO... me@here")]
    [InlineData("\uFEFF{}")]
    [InlineData("key\n-----BEGIN PUBLIC KEY-----\n")]
    [InlineData("\0")]
    public void Cannot_read_what_is_no_key(string? text) => KeyBench.Refused(KeyFault.NotAKey, text);

    [Fact]
    public void Can_read_pem_with_any_line_ends()
    {
        foreach (var text in new[] { Good, Good.Trim(), Good.ReplaceLineEndings("\r\n"), "\n\n  " + Good + "\n\t\r\n", Good.ReplaceLineEndings("\n\n") })
        {
            KeyBench.Accepted(text).Dispose();
        }
    }

    [Fact]
    public void Cannot_read_pem_that_is_not_exactly_one_block()
    {
        foreach (var text in new[]
        {
            Good + Good, Good + "and more", Good + "\0", Good.TrimEnd()[..^1], Good.TrimEnd() + "-", Good.Replace("END PUBLIC", "END PUBLIK"), "-----BEGIN X",
            "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", Good.Replace("PUBLIC KEY", "PUBLIC  KEY"), Good.Replace("BEGIN PUBLIC KEY-----\n", "BEGIN PUBLIC KEY-----\nComment: x\n\n"),
            Good.Replace("M", "!"), Good.Replace("M", "_"), Good.Replace("M", "\u0410"), Good.Replace("MFk", "MF"),
            Good.Replace("PUBLIC KEY", "RSA PUBLIC KEY"), Good.Replace("PUBLIC KEY", "CERTIFICATE"), Good.Replace("PUBLIC KEY", "public key"),
        })
        {
            KeyBench.Refused(KeyFault.Format, text);
        }
    }

    [Fact]
    public void Cannot_read_der_that_is_broken_or_followed_by_more()
    {
        KeyBench.Refused(KeyFault.Format, [.. Der, 0]);
        KeyBench.Refused(KeyFault.Format, [0, .. Der]);
        KeyBench.Refused(KeyFault.Format, [0x30, 0x80, .. Der[2..], 0, 0]); // no definite length
        KeyBench.Refused(KeyFault.Format, [0x30, 0x81, .. Der[1..]]); // not the shortest length
        KeyBench.Refused(KeyFault.Format, [0x30, 0x84, 0xff, 0xff, 0xff, 0xff, .. Der[2..]]);
        KeyBench.Refused(KeyFault.Format, [0x31, .. Der[1..]]);
        KeyBench.Refused(KeyFault.Format, [0x30, (byte)(Der[1] + 2), .. Der[2..], 5, 0]); // inside the frame
        for (var length = 0; length < Der.Length; length++)
        {
            KeyBench.Refused(KeyFault.Format, Der[..length]);
        }

        var rsa = KeyBench.RsaSpki(KeyBench.Number(KeyBench.Modulus()), 65537);
        KeyBench.Refused(KeyFault.Format, [.. rsa[..^5], 2, 3, 0x81, 0, 1]); // a negative exponent
        KeyBench.Refused(KeyFault.Format, KeyBench.Spki(KeyBench.RsaEncryption, w => w.WriteNull(), []));
        KeyBench.Refused(KeyFault.Format, KeyBench.Spki(KeyBench.RsaEncryption, null, rsa[24..]));
        KeyBench.Refused(KeyFault.Format, KeyBench.RsaSpki(-KeyBench.Number(KeyBench.Modulus()), 65537));
        KeyBench.Refused(KeyFault.Format, KeyBench.Spki(KeyBench.EdwardsOf25519, w => w.WriteNull(), new byte[32]));
    }

    [Fact]
    public void Cannot_send_a_private_key()
    {
        using var rsa = RSA.Create(2048);
        foreach (var text in new[]
        {
            Pair.ExportPkcs8PrivateKeyPem(), Pair.ExportECPrivateKeyPem(), rsa.ExportRSAPrivateKeyPem(),
            Pair.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1)),
            Good + Pair.ExportPkcs8PrivateKeyPem(), "-----BEGIN OPENSSH PRIVATE KEY-----",
            KeyBench.Pem(Pair.ExportPkcs8PrivateKey()), KeyBench.Pem(rsa.ExportRSAPrivateKey()), KeyBench.Pem(Pair.ExportECPrivateKey()),
        })
        {
            KeyBench.Refused(KeyFault.Private, text);
        }

        KeyBench.Refused(KeyFault.Format, KeyBench.Pem(rsa.ExportRSAPublicKey()));
        KeyBench.Refused(KeyFault.Format, rsa.ExportRSAPublicKeyPem());
    }

    [Theory]
    [InlineData(KeyFault.Curve, "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAElFGlUMV5ASvnZe1TRPzUHMXFfw5+W/HF9QEkfB+8ZAuqaPSn/OrnRfbF+wkQw7E7ZsRGZmMl7kk0KLYXlLMfoJDKP9G+tcLK4jDu7LvOKsPjQrde758O5n6/pdxQ7U0V")] // P-384
    [InlineData(KeyFault.Curve, "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE2QskMLUN8X55yityqLbM2ijD7AbmO77ThuoudlnikxdncLeaBtHLgaZA2TlpKiFdgz5qUDq0rThB3dB1807Z9A==")] // secp256k1
    [InlineData(KeyFault.Curve, "MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABCMoz31cnDEIX72XXWAZsMAzE1h8tPzlwIPQ1GwSeEw1/Ps8vJDM3PISuiMyX58tHgtA0Vyeix4NZYUy04RO3E0=")] // P-256 spelt out, as CVE-2020-0601 abused it
    [InlineData(KeyFault.Kind, "MCowBQYDK2VuAyEArwzdS/58z73E6b8Sg2MSo81KKqqB+mys5hQ2xc/SWyc=")] // X25519
    [InlineData(KeyFault.Kind, "MEMwBQYDK2VxAzoArxf1p9e6Te9EgtBPtD5lE/0f6C6iFK6SW2EJEVprAu5II/qxtyZPGvNwl7X8B+j8qfE9GI/a/NSA")] // Ed448
    [InlineData(KeyFault.Kind, "MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBANX898K2AyVG8Xwb/R7k5d0hVWR4KWARh8O4xIDWwLgUNBckahJyPS0i4cZUNXIqdJyBdKspF2fUiwHyw81cZofsPLyYoKJULX+7gjKiHdLfrFV9nSJZSyFXrnXlBnFylhvdAOWgGrcA7cGP46f7lRk0/Wio7EJ5v3k0KEkmvadDb09xmiIpSjYyeM8IyLQg4euiofY3SbIMbjOyBohyXfwHy2Iq+BKAwIEQeydh1vvsOnv/cZ2+7tAN+wsj20Ggni9yeLFuPbkELwNN859cAPyaDvo81y8rNVe25KkMycndL5l4STl4tjzQWS/GfKBJeeD6mxAyGaFoAF9caKN5RPkCAwEAAQ==")] // id-RSASSA-PSS
    [InlineData(KeyFault.Point, "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACTyTTO7Ejq1Hg0oaq2NAG9yvP5M5CBoF8zjBcFa8W+Zg=")] // compressed
    public void Cannot_read_other_keys_of_openssl(KeyFault fault, string base64) => KeyBench.Refused(fault, Convert.FromBase64String(base64));

    [Fact]
    public void Cannot_use_a_key_for_another_algorithm()
    {
        KeyBench.Refused(KeyFault.Algorithm, Good, SignatureAlgorithm.PS256);
        KeyBench.Refused(KeyFault.Algorithm, Good, SignatureAlgorithm.Ed25519);
        KeyBench.Refused(KeyFault.Algorithm, KeyBench.Pem(KeyBench.RsaSpki(KeyBench.Number(KeyBench.Modulus()), 65537)), SignatureAlgorithm.ES256);
        KeyBench.Refused(KeyFault.Algorithm, Good, (SignatureAlgorithm)99);
        KeyBench.Accepted(Good, SignatureAlgorithm.ES256).Dispose();
    }

    [Fact]
    public void Can_read_keys_of_openssl_as_they_were_written()
    {
        using var rsa = KeyBench.Accepted("""
            -----BEGIN PUBLIC KEY-----
            MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuSxjk366djQTdBThUS+M
            GTa+7YBhpxBLZjPx4vJC07EGxarecEh+hXhTY6MslhFrNMuF4bv00Z/aZHFM3+0Z
            Z14i36++8nVSbnABEYpTYt2/ZDdNRLLnskHNq9Wy1lm2acL9UAuq+xgiddseU8Cp
            UGeWx5QvTuBT4e9IxNT2OZTWOeUaFNXhSb0/2Jy/YNO9MnHioRuna/HWXfCVsHr2
            xMkX2p6gqFuu2WQzK5tq2ZWwmBQVqbK5aEfG3ONOcUH9dOwrzzZBcx/iPLu7B6DC
            9T/OaJzlNnnR72+lBz7S0TxnljJWJO5yLfyYcazpqbCZzzcnnZVpch+OXNia9+lH
            jQIDAQAB
            -----END PUBLIC KEY-----

            """);
        Assert.Equal(SignatureAlgorithm.PS256, rsa.Algorithm);
        using var p256 = KeyBench.Accepted("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAED847BEHHXZwij7qCmfRW1T5uTMAN\ncn6gWXbKoEg/6tn9NILgw3RafemNY8iVEokFxioGwUagYjXzVvSiY5+dwQ==\n-----END PUBLIC KEY-----\n");
        Assert.Equal(SignatureAlgorithm.ES256, p256.Algorithm);
        Assert.Equal("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAED847BEHHXZwij7qCmfRW1T5uTMAN\ncn6gWXbKoEg/6tn9NILgw3RafemNY8iVEokFxioGwUagYjXzVvSiY5+dwQ==\n-----END PUBLIC KEY-----\n", p256.ToPem());
    }

    [Fact]
    public void Cannot_read_a_private_key_that_is_not_one_pair_in_pkcs8()
    {
        using var key = SigningKey.Generate();
        using var other = SigningKey.Generate();
        var pem = key.ToPem();
        RefusedPrivate(KeyFault.NotAKey, "");
        RefusedPrivate(KeyFault.NotAKey, key.Public.ToJwk());
        RefusedPrivate(KeyFault.Public, key.Public.ToPem());
        RefusedPrivate(KeyFault.Public, KeyBench.Pem(key.Public.ToSpki(), "PRIVATE KEY"));
        RefusedPrivate(KeyFault.Format, pem + pem);
        RefusedPrivate(KeyFault.Format, Pair.ExportECPrivateKeyPem());
        RefusedPrivate(KeyFault.Format, KeyBench.Pem([.. key.ToPkcs8(), 0], "PRIVATE KEY"));
        RefusedPrivate(KeyFault.Format, KeyBench.Pem(key.ToPkcs8()[..^1], "PRIVATE KEY"));
        RefusedPrivate(KeyFault.Algorithm, pem, SignatureAlgorithm.PS512);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        RefusedPrivate(KeyFault.Curve, p384.ExportPkcs8PrivateKeyPem());
        using var small = RSA.Create(1024);
        RefusedPrivate(KeyFault.Size, small.ExportPkcs8PrivateKeyPem());

        // The public half of another pair: such a key would sign what nobody can verify.
        var mixed = key.ToPkcs8();
        other.Public.ToSpki().AsSpan(^64..).CopyTo(mixed.AsSpan(mixed.AsSpan().IndexOf(key.Public.ToSpki().AsSpan(^64..))));
        Assert.False(SigningKey.TryReadPem(KeyBench.Pem(mixed, "PRIVATE KEY"), null, out _, out var fault, out _));
        Assert.True(fault is KeyFault.Mismatch or KeyFault.Format, $"{fault}");
        Assert.Throws<CryptographicException>(() => SigningKey.FromPkcs8([1, 2, 3], SignatureAlgorithm.ES256));
        Assert.Throws<CryptographicException>(() => SigningKey.FromPkcs8(key.ToPkcs8(), SignatureAlgorithm.PS256));
        Assert.Throws<ArgumentOutOfRangeException>(() => SigningKey.Generate(SignatureAlgorithm.PS256, 1024));
    }

    private static void RefusedPrivate(KeyFault expected, string text, SignatureAlgorithm? wanted = null)
    {
        Assert.False(SigningKey.TryReadPem(text, wanted, out var key, out var fault, out var why));
        Assert.Null(key);
        Assert.Equal(expected, fault);
        Assert.DoesNotContain('\n', why);

        // Nothing of the key is in the message: not even four octets of it.
        var words = text.Split('\n').Where(line => line.Length > 40).SelectMany(line => line.Chunk(8)).Select(chunk => new string(chunk));
        Assert.DoesNotContain(words, word => why.Contains(word, StringComparison.Ordinal));
    }
}
