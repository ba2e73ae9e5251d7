using System.Buffers.Text;
using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Signatures.Keys;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Cookie;

/// <summary>Private keys sealed in cookies (spec B2, C8): each part that the seal covers is attacked.</summary>
public sealed class KeyCookieSealTests : IDisposable
{
    // Where what lies in a cookie: version, secret, kind, user, session, key, expiry, IV, tag, key.
    private const int SecretAt = 1, KindAt = 9, UserAt = 10, SessionAt = 26, KeyAt = 42, ExpiryAt = 58, IvAt = 66, TagAt = 78, SealedAt = 94;

    private readonly FakeClock clock = new();
    private readonly Secret secret = SecretsFolder.NewSecret();
    private readonly SigningKey key = SigningKey.Generate(SignatureAlgorithm.ES256);
    private readonly KeyCookieSeal seal;

    public KeyCookieSealTests() => seal = Seal(secret);

    public void Dispose() => key.Dispose();

    [Theory]
    [InlineData(CookieKeyKind.ES256, 350)]
    [InlineData(CookieKeyKind.RSA2048, 1760)]
    [InlineData(CookieKeyKind.RSA4096, 3330)]
    public void A_key_of_every_kind_comes_back_and_its_cookie_fits_a_browser(CookieKeyKind kind, int most)
    {
        using var made = kind.NewKey();
        var head = Head() with { Kind = kind };
        var value = seal.Seal(head, made).Reveal();
        var cookie = new KeyCookie(secure: true);
        Assert.True(value.Length <= most, $"{kind}: {value.Length} characters");
        Assert.True(cookie.Name.Length + value.Length <= 4096);

        var read = seal.Read(value);
        Assert.Equal(head, read?.Head);
        using var opened = seal.Open(read!)!;
        var signature = new byte[opened.SignatureLength];
        opened.Sign("data"u8, signature);
        Assert.True(made.Public.Verify("data"u8, signature));
    }

    [Fact]
    public void Nothing_of_the_key_can_be_read_and_no_two_cookies_are_alike()
    {
        var (first, second) = (Bytes(seal.Seal(Head(), key)), Bytes(seal.Seal(Head(), key)));
        Assert.False(first.AsSpan(IvAt, 12).SequenceEqual(second.AsSpan(IvAt, 12)));
        Assert.False(first.AsSpan(SealedAt).SequenceEqual(second.AsSpan(SealedAt)));
        Assert.Equal(-1, first.AsSpan().IndexOf(key.ToPkcs8().AsSpan(0, 8)));
        Assert.Equal("***", seal.Seal(Head(), key).ToString());
    }

    [Fact]
    public void No_bit_of_a_cookie_can_be_changed()
    {
        var bytes = Bytes(seal.Seal(Head(), key));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Null(Opened(Base64Url.EncodeToString(bytes)));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Assert.NotNull(Opened(Base64Url.EncodeToString(bytes)));
    }

    // Each of these reads well and has a right seal of its own: only the associated data tells that they do not belong together.
    [Theory]
    [InlineData("user", UserAt, 16)]
    [InlineData("session", SessionAt, 16)]
    [InlineData("key", KeyAt, 16)]
    [InlineData("expiry", ExpiryAt, 8)]
    public void A_head_cannot_be_put_before_anothers_key(string part, int at, int length)
    {
        var mine = Bytes(seal.Seal(Head(), key));
        var others = Bytes(seal.Seal(Head() with { ExpiresAt = Head().ExpiresAt + TimeSpan.FromDays(1) }, key));
        others.AsSpan(at, length).CopyTo(mine.AsSpan(at));
        var text = Base64Url.EncodeToString(mine);
        Assert.True(seal.Read(text) is not null, part);
        Assert.Null(Opened(text));
    }

    [Fact]
    public void A_seal_cannot_be_moved_to_another_cookie()
    {
        var (mine, others) = (Bytes(seal.Seal(Head(), key)), Bytes(seal.Seal(Head(), key)));
        others.AsSpan(IvAt).CopyTo(mine.AsSpan(IvAt));
        var swapped = Base64Url.EncodeToString(mine);
        Assert.NotNull(seal.Read(swapped));
        Assert.Null(Opened(swapped));
    }

    [Fact]
    public void The_algorithm_cannot_be_changed_under_the_key()
    {
        var bytes = Bytes(seal.Seal(Head() with { Kind = CookieKeyKind.RSA2048 }, key));
        bytes[KindAt] = (byte)CookieKeyKind.ES256;
        Assert.Null(Opened(Base64Url.EncodeToString(bytes)));
        // Nor does a key pass for another kind under a right seal.
        Assert.Null(Opened(seal.Seal(Head() with { Kind = CookieKeyKind.RSA2048 }, key).Reveal()));
    }

    [Fact]
    public void A_cookie_of_another_secret_is_none_and_cannot_be_renamed_to_ours()
    {
        var theirs = Bytes(Seal(SecretsFolder.NewSecret()).Seal(Head(), key));
        Assert.Null(seal.Read(Base64Url.EncodeToString(theirs)));
        Bytes(seal.Seal(Head(), key)).AsSpan(SecretAt, 8).CopyTo(theirs.AsSpan(SecretAt));
        var renamed = Base64Url.EncodeToString(theirs);
        Assert.NotNull(seal.Read(renamed));
        Assert.Null(Opened(renamed));
    }

    [Fact]
    public void A_secret_is_replaced_without_losing_a_cookie_and_its_cookies_go_with_it()
    {
        var old = seal.Seal(Head(), key).Reveal();
        var next = SecretsFolder.NewSecret();
        var both = new KeyCookieSeal(new KeyCookieSecrets(next, [secret]), clock);
        using (var opened = both.Open(both.Read(old)!))
            Assert.Equal(key.Public.Thumbprint, opened!.Public.Thumbprint);

        var made = both.Seal(Head(), key).Reveal();
        Assert.NotNull(Seal(next).Read(made));
        Assert.Null(Seal(next).Read(old));
    }

    [Fact]
    public void A_cookie_ends_when_it_says_so_whatever_the_browser_keeps()
    {
        var value = seal.Seal(Head(), key).Reveal();
        clock.UtcNow = Head().ExpiresAt - TimeSpan.FromMilliseconds(1);
        Assert.NotNull(seal.Read(value));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(seal.Read(value));
    }

    [Fact]
    public void What_is_no_cookie_of_ours_is_none()
    {
        var value = seal.Seal(Head(), key).Reveal();
        string[] odd = ["", "x", value + "=", value + "A", " " + value, value[..^1], value[..120], new('A', 3800), new('A', 100_000), "é" + value[1..], "\0" + value[1..]];
        Assert.All(odd, text => Assert.Null(Opened(text)));
    }

    private static byte[] Bytes(Secret value) => Base64Url.DecodeFromChars(value.Reveal());

    private KeyCookieSeal Seal(Secret by) => new(new KeyCookieSecrets(by, []), clock);

    private SigningKey? Opened(string text) => seal.Read(text) is { } read ? seal.Open(read) : null;

    private KeyCookieHead Head() => new(
        CookieKeyKind.ES256, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), new FakeClock().UtcNow + TimeSpan.FromDays(7));
}
