using AICodeManager.Server.FrontDoor.Access;

namespace AICodeManager.Tests.FrontDoor.Access;

public sealed class PermissionTests
{
    [Theory]
    [InlineData("workspace:*", "workspace:delete", Reach.Any)]
    [InlineData("*", "system:audit", Reach.Any)]
    [InlineData("task:*:own", "task:create", Reach.Own)]
    [InlineData("workspace:read", "workspace:read", Reach.Own)]
    [InlineData("project:read:own", "project:read", Reach.Own)]
    [InlineData("project:read:own", "project:update", Reach.None)]
    [InlineData("workspace:*", "workspaces:read", Reach.None)]
    [InlineData("work*", "workspace:read", Reach.None)]
    [InlineData("", "workspace:read", Reach.None)]
    public void One_permission_reaches(string granted, string needed, Reach reach) =>
        Assert.Equal(reach, Permission.Judge([granted], needed));

    [Fact]
    public void The_widest_of_several_counts() =>
        Assert.Equal(Reach.Any, Permission.Judge(["task:read:own", "task:*", "task:read"], "task:read"));
}
