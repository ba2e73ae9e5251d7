using AICodeManager.Server.FrontDoor.Accounts.Lockout;

namespace AICodeManager.Tests.FrontDoor.Attacks.BruteForce;

/// <summary>When failures lock an account: at once, slowly, and not at all.</summary>
public sealed class LockRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);
    private static readonly LockRule Strangers = new(5, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1));
    private static readonly LockRule Devices = Strangers with { Forgives = TimeSpan.Zero };

    [Theory]
    [InlineData(1, 5)]
    [InlineData(14, 5)]
    [InlineData(20, 6)]
    [InlineData(30, 8)]
    [InlineData(60, 0)]
    public void Strangers_lock_by_failing_faster_than_is_forgiven(int seconds, int failures) => Assert.Equal(failures, Until(Strangers, seconds));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(300, 5)]
    [InlineData(600, 0)]
    public void A_device_locks_by_five_within_the_time_of_the_lock(int seconds, int failures) => Assert.Equal(failures, Until(Devices, seconds));

    [Fact]
    public void A_lock_is_over_after_its_time_and_nothing_is_left_of_it()
    {
        var (state, locks) = (new LockState(4, Start + TimeSpan.FromMinutes(4)), false);
        (state, locks) = Strangers.Fail(state, Start);
        Assert.True(locks);
        Assert.Equal(TimeSpan.FromMinutes(30), Strangers.LockedFor(state, Start));
        Assert.Null(Strangers.LockedFor(state, Start + TimeSpan.FromMinutes(30)));
        Assert.False(Strangers.Fail(state, Start + TimeSpan.FromMinutes(30)).Locks);
    }

    private static int Until(LockRule rule, int seconds)
    {
        LockState? state = null;
        for (var i = 1; i <= 100; i++)
        {
            (state, var locks) = rule.Fail(state, Start + TimeSpan.FromSeconds((i - 1) * seconds));
            if (locks)
            {
                return i;
            }
        }

        return 0;
    }
}
