using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Bubblewrap;

namespace AICodeManager.Tests.Work.Sandbox.Bubblewrap;

public sealed class CgroupLayoutTests
{
    private const string First = """
        30 25 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
        32 25 0:28 / /sys/fs/cgroup/pids rw,relatime shared:9 - cgroup cgroup rw,pids
        33 25 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """;

    private const string Second = "35 25 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

    [Fact]
    public void Can_read_a_host_of_version_1()
    {
        var layout = CgroupLayout.Find(First, "", "aicli", root: true);

        Assert.False(layout.Unified);
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct/aicli", layout.Parents["cpu"]);
    }

    [Fact]
    public void Can_read_a_host_of_version_2_with_and_without_roots_rights()
    {
        Assert.Equal("/sys/fs/cgroup/aicli", CgroupLayout.Find(Second, "0::/x", "aicli", root: true).Parents["memory"]);
        Assert.Equal(
            "/sys/fs/cgroup/system.slice/aicli.service/aicli",
            CgroupLayout.Find(Second, "0::/system.slice/aicli.service/server\n", "aicli", root: false).Parents["memory"]);
    }

    [Fact]
    public void Names_the_controller_that_is_missing()
    {
        var fault = Assert.Throws<SandboxException>(() => CgroupLayout.Find(First.Replace("rw,pids", "rw,misc", StringComparison.Ordinal), "", "aicli", root: true));

        Assert.Equal("limit_unavailable", fault.Code);
        Assert.Contains("pids", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sets_every_limit_of_version_2()
    {
        // No such kernel here: a plain folder shows what would be written to it.
        var tree = Lab.Folder();
        var layout = CgroupLayout.Find(Second.Replace("/sys/fs/cgroup", tree, StringComparison.Ordinal), "", "aicli", root: true);
        var group = new ControlGroup(layout, "one", "task", TimeProvider.System);

        await group.CreateAsync(new SandboxProfile { MemoryBytes = 1 << 30, Pids = 99, Cpus = 1.5 });

        string Read(string file) => File.ReadAllText(Path.Combine(tree, "aicli", file));
        Assert.Equal(("1073741824", "99", "150000 100000"), (Read("one/task/memory.max"), Read("one/task/pids.max"), Read("one/task/cpu.max")));
        Assert.Equal("+memory +pids +cpu", Read("one/cgroup.subtree_control"));
        Assert.Equal([Path.Combine(tree, "aicli/one/task/cgroup.procs")], group.ProcessFiles);
    }
}
