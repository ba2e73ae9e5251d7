using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Vault;

public sealed class FieldVaultTests
{
    private static readonly SealedPlace Place = new("users", "oauth_tokens", "42");
    private readonly FieldVault vault = new(new Secret("a database key of more than 32 characters"));

    [Theory]
    [InlineData("")]
    [InlineData("gho_16C7e42F292c6912E7710c838347Ae178B4a")]
    [InlineData("비밀 🔑")]
    public void What_was_sealed_opens_in_its_place(string plain) =>
        Assert.Equal(plain, vault.Open(vault.Seal(plain, Place), Place));

    [Fact]
    public void The_same_text_never_looks_the_same() =>
        Assert.NotEqual(vault.Seal("x", Place), vault.Seal("x", Place));

    [Theory]
    [InlineData("workspaces", "oauth_tokens", "42")]
    [InlineData("users", "environment_vars", "42")]
    [InlineData("users", "oauth_tokens", "43")]
    [InlineData("users", "oauth_tokens4", "2")]
    [InlineData("user", "soauth_tokens", "42")]
    public void Cannot_open_in_another_place(string table, string column, string row) =>
        Assert.Null(vault.Open(vault.Seal("x", Place), new SealedPlace(table, column, row)));

    [Fact]
    public void Cannot_open_with_another_key() =>
        Assert.Null(new FieldVault(new Secret("another key of more than 32 characters")).Open(vault.Seal("x", Place), Place));

    [Fact]
    public void Cannot_open_after_any_character_was_changed()
    {
        var text = vault.Seal("secret", Place);
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var other in "Aa0-_.= \0")
            {
                if (text[i] != other)
                {
                    Assert.Null(vault.Open(text[..i] + other + text[(i + 1)..], Place));
                }
            }
        }
    }

    [Fact]
    public void Cannot_open_after_any_bit_was_flipped()
    {
        var whole = StrictBase64Url.Decode(vault.Seal("secret", Place).AsSpan(3))!;
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(vault.Open("v1." + System.Buffers.Text.Base64Url.EncodeToString(whole), Place));
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Cannot_open_what_is_cut_or_longer()
    {
        var text = vault.Seal("secret", Place);
        for (var length = 0; length < text.Length; length++)
        {
            Assert.Null(vault.Open(text[..length], Place));
        }

        Assert.Null(vault.Open(text + "A", Place));
        Assert.Null(vault.Open(text + "AAAA", Place));
        Assert.Null(vault.Open("v2." + text[3..], Place));
        Assert.Null(vault.Open("v1." + new string('A', 4 << 20), Place));
    }

    [Fact]
    public void Cannot_seal_without_bound()
    {
        Assert.Equal(FieldVault.MaxPlainBytes, vault.Open(vault.Seal(new string('x', FieldVault.MaxPlainBytes), Place), Place)!.Length);
        Assert.Throws<ArgumentException>(() => vault.Seal(new string('x', FieldVault.MaxPlainBytes + 1), Place));
    }

    [Fact]
    public void Cannot_seal_half_a_character() =>
        Assert.ThrowsAny<ArgumentException>(() => vault.Seal("\ud83d", Place));

    [Fact]
    public void Encrypts_as_the_vectors_say()
    {
        var tally = new VectorTally();
        foreach (var test in Vectors.Wycheproof("aes_gcm_test"))
        {
            if (test.Bytes("iv").Length != 12)
            {
                tally.PassOver("another nonce than 12 bytes");
                continue;
            }

            byte[] whole = [.. test.Bytes("iv"), .. test.Bytes("ct"), .. test.Bytes("tag")];
            var plain = FieldVault.Decrypt(test.Bytes("key"), whole, test.Bytes("aad"));
            tally.Judge(test, plain is not null && plain.SequenceEqual(test.Bytes("msg"))
                && FieldVault.Encrypt(test.Bytes("key"), test.Bytes("iv"), plain, test.Bytes("aad")).SequenceEqual(whole));
        }

        tally.Expect(run: 197, ("another nonce than 12 bytes", 119));
    }

    [Fact]
    public void The_key_derivation_is_the_vectors()
    {
        var tally = new VectorTally();
        foreach (var test in Vectors.Wycheproof("hkdf_sha256_test"))
        {
            var size = test.Test.GetProperty("size").GetInt32();
            if (size > 255 * 32)
            {
                Assert.ThrowsAny<ArgumentException>(() => HKDF.DeriveKey(HashAlgorithmName.SHA256, test.Bytes("ikm"), size));
                tally.Judge(test, accepted: false);
                continue;
            }

            tally.Judge(test, HKDF.DeriveKey(HashAlgorithmName.SHA256, test.Bytes("ikm"), size, test.Bytes("salt"), test.Bytes("info"))
                .SequenceEqual(test.Bytes("okm")));
        }

        tally.Expect(run: 86);
    }
}
