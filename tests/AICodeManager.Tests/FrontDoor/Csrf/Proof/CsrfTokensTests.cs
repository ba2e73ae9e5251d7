using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.FrontDoor.Csrf.Proof;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Csrf.Proof;

/// <summary>Tokens against cross-site requests (spec C1).</summary>
public sealed class CsrfTokensTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Session = "session 1"u8.ToArray();

    private readonly FakeClock clock = new();
    private readonly CsrfTokens tokens;

    public CsrfTokensTests() => tokens = new([Key], TimeSpan.FromHours(1), clock);

    [Fact]
    public void A_token_is_good_for_its_session_and_its_lifetime_and_not_a_moment_longer()
    {
        var token = tokens.Issue(Session);
        Assert.Equal(CsrfReading.Valid, tokens.Read(token, Session));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(CsrfReading.Valid, tokens.Read(token, Session));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(CsrfReading.Expired, tokens.Read(token, Session));
    }

    [Fact]
    public void Its_time_is_a_number_that_can_be_read_back()
    {
        var bytes = Base64Url.DecodeFromChars(tokens.Issue(Session));
        Assert.Equal(clock.UtcNow.ToUnixTimeMilliseconds(), BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(5)));
    }

    [Fact]
    public void A_token_from_the_future_is_none()
    {
        var token = tokens.Issue(Session);
        clock.Advance(TimeSpan.FromSeconds(-30));
        Assert.Equal(CsrfReading.Valid, tokens.Read(token, Session));
        clock.Advance(TimeSpan.FromSeconds(-1));
        Assert.Equal(CsrfReading.Expired, tokens.Read(token, Session));
    }

    [Fact]
    public void A_token_of_another_session_or_another_key_is_forged()
    {
        Assert.Equal(CsrfReading.Forged, tokens.Read(tokens.Issue("session 2"u8), Session));
        Assert.Equal(CsrfReading.Forged, tokens.Read(tokens.Issue("session 11"u8), Session));
        var other = new CsrfTokens([RandomNumberGenerator.GetBytes(32)], TimeSpan.FromHours(1), clock);
        Assert.Equal(CsrfReading.Forged, tokens.Read(other.Issue(Session), Session));
    }

    [Fact]
    public void No_bit_of_a_token_can_be_changed()
    {
        var bytes = Base64Url.DecodeFromChars(tokens.Issue(Session));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.NotEqual(CsrfReading.Valid, tokens.Read(Base64Url.EncodeToString(bytes), Session));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void An_old_key_still_verifies_and_a_new_one_signs()
    {
        var old = tokens.Issue(Session);
        var both = new CsrfTokens([RandomNumberGenerator.GetBytes(32), Key], TimeSpan.FromHours(1), clock);
        Assert.Equal(CsrfReading.Valid, both.Read(old, Session));
        Assert.Equal(CsrfReading.Valid, both.Read(both.Issue(Session), Session));
        Assert.Equal(CsrfReading.Forged, tokens.Read(both.Issue(Session), Session));
    }

    [Fact]
    public void Two_tokens_are_never_the_same() => Assert.NotEqual(tokens.Issue(Session), tokens.Issue(Session));

    [Theory]
    [InlineData("", CsrfReading.Missing)]
    [InlineData("x", CsrfReading.Malformed)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", CsrfReading.Malformed)]
    [InlineData("ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé", CsrfReading.Malformed)]
    public void What_is_no_token_is_told_apart(string text, CsrfReading expected) => Assert.Equal(expected, tokens.Read(text, Session));

    [Fact]
    public void A_token_has_one_text()
    {
        var token = tokens.Issue(Session);
        Assert.Equal(CsrfReading.Malformed, tokens.Read(token + "=", Session));
        Assert.Equal(CsrfReading.Malformed, tokens.Read(" " + token, Session));
        Assert.Equal(CsrfReading.Malformed, tokens.Read(new string('A', 100_000), Session));
    }
}
