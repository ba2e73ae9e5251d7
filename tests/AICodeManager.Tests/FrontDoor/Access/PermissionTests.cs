using AICodeManager.Server.FrontDoor.Access;

namespace AICodeManager.Tests.FrontDoor.Access;

public sealed class PermissionTests
{
    [Theory]
    [InlineData("workspace:*", "workspace:delete", Reach.Any)]
    [InlineData("*", "system:audit", Reach.Any)]
    [InlineData("*:*", "system:audit", Reach.Any)]
    [InlineData("*:*:own", "task:create", Reach.Own)]
    [InlineData("*:read", "task:read", Reach.Own)]
    [InlineData("*:read", "task:update", Reach.None)]
    [InlineData("task:*:own", "task:create", Reach.Own)]
    [InlineData("task:*:own", "project:create", Reach.None)]
    [InlineData("workspace:read", "workspace:read", Reach.Own)]
    [InlineData("project:read:own", "project:read", Reach.Own)]
    [InlineData("project:read:own", "project:update", Reach.None)]
    [InlineData("workspace:*", "workspaces:read", Reach.None)]
    [InlineData("workspaces:*", "workspace:read", Reach.None)]
    [InlineData("work*", "workspace:read", Reach.None)]
    [InlineData("", "workspace:read", Reach.None)]
    [InlineData(":", "workspace:read", Reach.None)]
    [InlineData("workspace:", "workspace:read", Reach.None)]
    [InlineData("workspace:own", "workspace:read", Reach.None)]
    [InlineData("*:own", "workspace:read", Reach.None)]
    [InlineData("own", "workspace:read", Reach.None)]
    [InlineData("**", "workspace:read", Reach.None)]
    [InlineData("*:own:own", "workspace:read", Reach.None)]
    [InlineData("workspace:*:*", "workspace:read", Reach.None)]
    [InlineData("workspace:*:all", "workspace:read", Reach.None)]
    [InlineData("workspace:read:", "workspace:read", Reach.None)]
    public void One_permission_reaches(string granted, string needed, Reach reach) =>
        Assert.Equal(reach, Permission.Judge([granted], needed));

    [Fact]
    public void The_widest_of_several_counts() =>
        Assert.Equal(Reach.Any, Permission.Judge(["task:read:own", "task:*", "task:read"], "task:read"));

    // apache/shiro, WildcardPermissionTest (testNamed, testWildcards), those of its cases that have our form: what the
    // first implies of the second. Shiro folds letters and adds wildcards at the end; where that decides a case, ours
    // is the stricter answer and the line says so.
    [Theory]
    [InlineData("*", "one:two", true)]
    [InlineData("newsletter:*", "newsletter:read", true)]
    [InlineData("newsletter:read", "newsletter:read", true)]
    [InlineData("newsletter:read", "newsletter:write", false)]
    [InlineData("something:read", "else:read", false)]
    [InlineData("newsletter:*:read", "newsletter:read", false)]
    [InlineData("something", "something:read", false)] // Shiro: a wildcard at the end is implied.
    [InlineData("newsletter:*:*", "newsletter:read", false)] // Shiro: more parts than needed may be wildcards.
    [InlineData("SOMETHING:read", "something:read", false)] // Shiro: letters are folded.
    [InlineData("something:read,write", "something:read", false)] // Shiro: lists.
    [InlineData("one,two:read", "one:read", false)] // Shiro: lists.
    public void The_cases_of_apache_shiro_hold(string granted, string needed, bool implied) =>
        Assert.Equal(implied, Permission.Judge([granted], needed) != Reach.None);

    [Theory]
    [InlineData("*")]
    [InlineData("one")]
    [InlineData("one:*")]
    [InlineData("*:read")]
    [InlineData("one:read:own")]
    [InlineData("one:own")]
    [InlineData("One:read")]
    [InlineData("")]
    [InlineData("::,,::,:")]
    public void No_route_can_need_a_wildcard_or_half_a_permission(string needed)
    {
        Assert.Throws<ArgumentException>(() => AccessRule.For(needed));
        Assert.Equal(Reach.None, Permission.Judge(["*", needed], needed));
    }

    [Fact]
    public void A_route_that_forgets_the_membership_lets_only_owners_in_unless_it_reads()
    {
        Assert.Equal(Membership.Owner, AccessRule.For("project:update").Least);
        Assert.Equal(Membership.Viewer, AccessRule.For("project:read").Least);
    }
}
