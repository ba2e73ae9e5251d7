using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys;

public sealed class KeyStateTests
{
    private static readonly DateTimeOffset Made = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);
    private static readonly ClientKeySettings Settings = Load();

    private static readonly ClientKeyRow Key = new() { CreatedAt = Made, ExpiresAt = Made.AddDays(90), Epoch = 3 };

    [Theory]
    [InlineData(0, KeyState.Active)]
    [InlineData(75.999, KeyState.Active)]
    [InlineData(76, KeyState.DueSoon)]
    [InlineData(89.999, KeyState.DueSoon)]
    [InlineData(90, KeyState.Deprecated)]
    [InlineData(96.999, KeyState.Deprecated)]
    [InlineData(97, KeyState.Expired)]
    [InlineData(4000, KeyState.Expired)]
    public void A_key_grows_old_although_nobody_rotates_it(double days, KeyState state) => Assert.Equal(state, At(Key, days));

    [Theory]
    [InlineData(10, KeyState.Deprecated)]
    [InlineData(16.999, KeyState.Deprecated)]
    [InlineData(17, KeyState.Expired)]
    public void A_key_that_was_replaced_ends_with_its_grace(double days, KeyState state) =>
        Assert.Equal(state, At(Key with { DeprecatedAt = Made.AddDays(10), RevokeAt = Made.AddDays(17) }, days));

    [Fact]
    public void A_rotation_gives_no_more_time_than_age_had_left() =>
        Assert.Equal(KeyState.Expired, At(Key with { DeprecatedAt = Made.AddDays(96), RevokeAt = Made.AddDays(103) }, 97));

    [Fact]
    public void A_suspension_hides_age_but_not_the_end()
    {
        var suspended = Key with { SuspendedAt = Made };
        Assert.Equal(KeyState.Suspended, At(suspended, 1));
        Assert.Equal(KeyState.Suspended, At(suspended, 91));
        Assert.Equal(KeyState.Expired, At(suspended, 97));
        Assert.Equal(KeyState.Revoked, At(suspended with { RevokedAt = Made }, 97));
    }

    [Theory]
    [InlineData(KeyCustody.BffCookie, KeyState.Revoked)]
    [InlineData(KeyCustody.Browser, KeyState.Active)]
    [InlineData(KeyCustody.Native, KeyState.Active)]
    public void What_ends_all_sessions_ends_keys_in_cookies(KeyCustody custody, KeyState state)
    {
        Assert.Equal(KeyState.Active, (Key with { Custody = custody }).StateAt(Made, 3, Settings));
        Assert.Equal(state, (Key with { Custody = custody }).StateAt(Made, 4, Settings));
    }

    [Fact]
    public void Only_living_keys_may_sign() => Assert.Equal(
        [KeyState.Active, KeyState.DueSoon, KeyState.Deprecated], Enum.GetValues<KeyState>().Where(state => state.MaySign()));

    private static KeyState At(ClientKeyRow key, double days) => key.StateAt(Made.AddDays(days), key.Epoch, Settings);

    private static ClientKeySettings Load()
    {
        using var folder = new TempFolder();
        return ConfigurationLoader.Load(new Dictionary<string, string> { ["AICLI_DATA"] = folder.File("data") }, folder.Path).Settings.ClientKeys;
    }
}
