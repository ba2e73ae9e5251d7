using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Vault;

public sealed class FieldVaultTests
{
    private static readonly SealedPlace Place = new("users", "oauth_tokens", "42", 7);
    private readonly FieldVault vault = VaultLab.WithoutDatabase().Vault;

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
    [InlineData("workspaces", "oauth_tokens", "42", 7)]
    [InlineData("users", "environment_vars", "42", 7)]
    [InlineData("users", "oauth_tokens", "43", 7)]
    [InlineData("users", "oauth_tokens4", "2", 7)]
    [InlineData("user", "soauth_tokens", "42", 7)]
    [InlineData("users", "oauth_tokens", "42", 6)]
    [InlineData("users", "oauth_tokens", "42", 0)]
    public void Cannot_open_in_another_place_or_version(string table, string column, string row, long version) =>
        Assert.Null(vault.Open(vault.Seal("x", Place), new SealedPlace(table, column, row, version)));

    [Fact]
    public void Places_of_any_length_are_told_apart()
    {
        var (one, other) = (Place with { Row = new string('a', 4000) }, Place with { Row = new string('a', 3999) + "b" });
        var text = vault.Seal("x", one);
        Assert.Equal("x", vault.Open(text, one));
        Assert.Null(vault.Open(text, other));
    }

    [Fact]
    public void Cannot_open_with_another_key()
    {
        var lab = VaultLab.WithoutDatabase();
        var other = VaultLab.WithoutDatabase();
        other.Keys.Take([new VaultKeyRow { Number = 3, Root = other.Roots.Fingerprint, Wrapped = other.Keys.Wrap(3, RandomNumberGenerator.GetBytes(32)) }]);
        lab.Keys.Take([new VaultKeyRow { Number = 3, Root = lab.Roots.Fingerprint, Wrapped = lab.Keys.Wrap(3, RandomNumberGenerator.GetBytes(32)) }]);
        Assert.Null(other.Vault.Open(lab.Vault.Seal("x", Place), Place));
    }

    [Fact]
    public void The_number_of_the_key_is_bound_to_the_value()
    {
        // Two numbers for one key: only the associated data tell them apart.
        var lab = VaultLab.WithoutDatabase();
        byte[] key = [.. Enumerable.Repeat((byte)9, 32)];
        lab.Keys.Take([.. new long[] { 8, 9 }.Select(number => new VaultKeyRow { Number = number, Root = lab.Roots.Fingerprint, Wrapped = lab.Keys.Wrap(number, key) })]);
        var text = lab.Vault.Seal("x", Place);
        Assert.StartsWith("v2.9.", text);
        Assert.Null(lab.Vault.Open("v2.8." + text[5..], Place));
    }

    [Fact]
    public void Cannot_open_after_any_character_was_changed()
    {
        var text = vault.Seal("secret", Place);
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var other in "Aa0-_.= 1\0")
            {
                // Key 1 is there, too, and did not seal this.
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
        var whole = StrictBase64Url.Decode(vault.Seal("secret", Place).AsSpan(5))!;
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(vault.Open("v2.2." + Base64Url.EncodeToString(whole), Place));
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal("secret", vault.Open("v2.2." + Base64Url.EncodeToString(whole), Place));
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
        Assert.Null(vault.Open("v2.2." + new string('A', 64 << 20), Place));
    }

    [Theory]
    [InlineData("v1.{0}")]
    [InlineData("v2.{0}")]
    [InlineData("v2.0.{0}")]
    [InlineData("v2.02.{0}")]
    [InlineData("v2.+2.{0}")]
    [InlineData("v2. 2.{0}")]
    [InlineData("v2.-2.{0}")]
    [InlineData("v2.2..{0}")]
    [InlineData("v2.999999999999.{0}")]
    [InlineData("v2.99999999999999999999.{0}")]
    [InlineData("V2.2.{0}")]
    [InlineData("v3.2.{0}")]
    public void Cannot_open_in_another_form(string form)
    {
        var body = vault.Seal("secret", Place)[5..];
        Assert.Null(vault.Open(string.Format(null, form, body), Place));
    }

    [Fact]
    public void Cannot_seal_without_bound()
    {
        Assert.Equal(2 << 20, vault.Open(vault.Seal(new string('x', 2 << 20), Place), Place)!.Length);
        Assert.Throws<ArgumentException>(() => vault.Seal(new string('x', FieldVault.MaxPlainBytes + 1), Place));
    }

    [Fact]
    public void Cannot_seal_half_a_character()
    {
        Assert.ThrowsAny<ArgumentException>(() => vault.Seal("\ud83d", Place));
        Assert.ThrowsAny<ArgumentException>(() => vault.Seal("x", Place with { Row = "\ud83d" }));
    }

    [Fact]
    public void Cannot_seal_more_often_than_random_nonces_allow()
    {
        var lab = VaultLab.WithoutDatabase();
        lab.Keys.Current.Counted(DataKey.MostSealings - 1);
        var last = lab.Vault.Seal("x", Place);
        Assert.Throws<VaultException>(() => lab.Vault.Seal("x", Place));
        Assert.Equal("x", lab.Vault.Open(last, Place));
    }

    [Fact]
    public void Many_threads_seal_and_open_at_once() => Parallel.For(0, 2000, i =>
    {
        var place = Place with { Row = $"{i}" };
        Assert.Equal($"text {i}", vault.Open(vault.Seal($"text {i}", place), place));
    });

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
            using var cipher = new AesGcm(test.Bytes("key"), 16);
            var plain = GcmBox.Open(cipher, whole, test.Bytes("aad"));
            var again = new byte[whole.Length];
            if (plain is not null)
            {
                GcmBox.Seal(cipher, test.Bytes("iv"), plain, test.Bytes("aad"), again);
            }

            tally.Judge(test, plain is not null && plain.SequenceEqual(test.Bytes("msg")) && again.SequenceEqual(whole));
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
