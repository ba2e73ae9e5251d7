using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Access;

public sealed class AccessDecisionsTests
{
    private static readonly AccessRule Read = AccessRule.For("task:read"), Update = AccessRule.For("task:update", Membership.Editor);

    [Fact]
    public void Each_role_gets_its_own_answer_and_an_unknown_one_none()
    {
        var decisions = New(new CountedRole("task:read"));
        Assert.Equal((Reach.Own, Membership.Viewer), (decisions.Decide("counted", Read)!.Reach, decisions.Decide("counted", Read)!.Least));
        Assert.Null(decisions.Decide("counted", Update));
        Assert.True(decisions.Decide("admin", Update)!.All);
        Assert.Null(decisions.Decide("nobody", Read));
        Assert.Null(decisions.Decide("nobody", Read));
        Assert.Null(decisions.Decide("Admin", Read));
    }

    [Fact]
    public void Two_routes_with_one_permission_keep_their_memberships_apart()
    {
        var decisions = New(new CountedRole("task:*:own"));
        Assert.Equal(Membership.Editor, decisions.Decide("counted", Update)!.Least);
        Assert.Equal(Membership.Owner, decisions.Decide("counted", AccessRule.For("task:update", Membership.Owner))!.Least);
    }

    [Fact]
    public void A_decision_is_judged_once_until_its_time_is_over()
    {
        var (role, clock) = (new CountedRole("task:read"), new StoppedClock());
        var decisions = New(role, clock);
        decisions.Decide("counted", Read);
        clock.Now += TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1);
        decisions.Decide("counted", Read);
        Assert.Equal(1, role.Judged);
        clock.Now += TimeSpan.FromMilliseconds(1);
        decisions.Decide("counted", Read);
        decisions.Decide("counted", Read);
        Assert.Equal(2, role.Judged);
    }

    [Fact]
    public void No_more_than_the_configured_number_is_kept_and_none_is_wrong()
    {
        var decisions = New(new CountedRole("task:*"), size: 3);
        Parallel.For(0, 1000, i =>
        {
            Assert.NotNull(decisions.Decide("counted", AccessRule.For($"task:a{i % 50}")));
            Assert.Null(decisions.Decide($"role{i}", Read));
            Assert.InRange(decisions.Count, 0, 3);
        });
    }

    [Fact]
    public void A_kept_decision_costs_no_allocation()
    {
        var decisions = New(new CountedRole("task:read"));
        DecideOften(decisions); // what the runtime allocates once, for code that is new to it, is not the decisions'
        var before = GC.GetAllocatedBytesForCurrentThread();
        DecideOften(decisions);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void DecideOften(AccessDecisions decisions)
    {
        for (var i = 0; i < 1000; i++)
        {
            decisions.Decide("counted", Read);
        }
    }

    private static AccessDecisions New(CountedRole role, TimeProvider? clock = null, int size = 1000)
    {
        using var folder = new TempFolder();
        var settings = ConfigurationLoader.Load(new Dictionary<string, string> { ["AICLI_DATA"] = folder.Path }, folder.Path).Settings;
        var roles = new Dictionary<string, RoleSettings>(settings.Rbac.Roles) { ["counted"] = new("-", role) };
        return new AccessDecisions(settings with { Rbac = settings.Rbac with { Roles = roles, CacheSize = size } }, clock ?? TimeProvider.System);
    }

    /// <summary>A role's permissions that know how often they were looked through.</summary>
    private sealed class CountedRole(params string[] permissions) : IReadOnlyList<string>
    {
        private int judged;

        public int Judged => judged;

        public int Count => permissions.Length;

        public string this[int index] => permissions[index];

        public IEnumerator<string> GetEnumerator()
        {
            Interlocked.Increment(ref judged);
            return permissions.AsEnumerable().GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
