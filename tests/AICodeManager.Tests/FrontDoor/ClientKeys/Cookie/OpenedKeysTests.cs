using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Signatures.Keys;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Cookie;

public sealed class OpenedKeysTests : IDisposable
{
    private readonly FakeClock clock = new();
    private readonly KeyCookieSeal seal;
    private readonly OpenedKeys opened;

    public OpenedKeysTests()
    {
        seal = new(new KeyCookieSecrets(SecretsFolder.NewSecret(), []), clock);
        opened = new(seal, clock);
    }

    public void Dispose() => opened.Dispose();

    [Fact]
    public void A_key_is_opened_once_for_all_who_sign_with_it()
    {
        var cookie = Cookie();
        using var first = opened.Open(cookie)!;
        using var second = opened.Open(seal.Read(Text(cookie))!)!;
        Assert.Same(first.Key, second.Key);
        Assert.Equal(1, opened.Count);
    }

    [Fact]
    public void It_leaves_after_its_time_but_not_from_under_somebody_who_signs()
    {
        var cookie = Cookie();
        var held = opened.Open(cookie)!;
        clock.Advance(OpenedKeys.Lifetime);
        using (var anew = opened.Open(cookie)!)
            Assert.NotSame(held.Key, anew.Key);
        Assert.Equal(1, opened.Count);
        Sign(held.Key);
        held.Dispose();
        held.Dispose();
        Assert.ThrowsAny<Exception>(() => Sign(held.Key));
    }

    [Fact]
    public void There_are_never_more_than_a_thousand()
    {
        using var key = SigningKey.Generate();
        for (var i = 0; i < 1010; i++)
            opened.Open(Cookie(key))!.Dispose();
        Assert.Equal(1000, opened.Count);
    }

    [Fact]
    public void A_cookie_that_was_changed_does_not_find_the_key_of_the_right_one()
    {
        var cookie = Cookie();
        using var held = opened.Open(cookie);
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(Text(cookie));
        bytes[30] ^= 1;
        Assert.Null(opened.Open(seal.Read(System.Buffers.Text.Base64Url.EncodeToString(bytes))!));
        Assert.Equal(1, opened.Count);
    }

    [Fact]
    public void Disposing_ends_every_key()
    {
        OpenKey held;
        using (held = opened.Open(Cookie())!)
            Sign(held.Key);
        opened.Dispose();
        Assert.ThrowsAny<Exception>(() => Sign(held.Key));
    }

    private static void Sign(SigningKey key) => key.Sign("data"u8, new byte[key.SignatureLength]);

    private static string Text(KeyCookieText cookie) => System.Buffers.Text.Base64Url.EncodeToString(cookie.Content);

    private KeyCookieText Cookie(SigningKey? key = null)
    {
        using var made = SigningKey.Generate();
        var head = new KeyCookieHead(CookieKeyKind.ES256, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), clock.UtcNow + TimeSpan.FromDays(7));
        return seal.Read(seal.Seal(head, key ?? made).Reveal())!;
    }
}
