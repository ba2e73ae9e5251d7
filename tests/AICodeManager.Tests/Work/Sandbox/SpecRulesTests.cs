using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Tests.Work.Sandbox;

public sealed class SpecRulesTests
{
    [Fact]
    public void Can_be_an_ordinary_spec() => SpecRules.Check(Lab.Spec("true"));

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("-a")]
    [InlineData("a\n")]
    [InlineData("0123456789012345678901234567890123456789012345678")]
    public void Cannot_have_a_name_that_is_more_than_a_name(string name) => Refuses(Lab.Spec("true") with { Name = name });

    [Theory]
    [InlineData("/proc/x")]
    [InlineData("/sys")]
    [InlineData("/dev/shm")]
    [InlineData("/")]
    [InlineData("/a/../etc")]
    [InlineData("relative")]
    [InlineData("/a//b")]
    public void Cannot_mount_over_what_the_engine_provides(string path) =>
        Refuses(Lab.Spec("true") with { Mounts = [new SandboxMount("/usr", path)] });

    [Fact]
    public void Cannot_run_as_root() => Refuses(Lab.Spec("true") with { Profile = new SandboxProfile { UserId = 0 } });

    [Theory]
    [InlineData("A=B", "x")]
    [InlineData("", "x")]
    [InlineData("A", "x\0y")]
    public void Cannot_smuggle_one_variable_in_another(string name, string value) =>
        Refuses(Lab.Spec("true") with { Environment = new Dictionary<string, string> { [name] = value } });

    [Theory]
    [InlineData("bind source path does not exist: /srv/data/x", "bind source path does not exist: …")]
    [InlineData("open \"/srv/a b\": no\nsuch", "open \"… b\": no such")]
    [InlineData("no image aicli/workspace:1", "no image aicli/workspace:1")]
    public void Never_tells_host_paths(string text, string shown) => Assert.Equal(shown, HostText.Clean(text));

    private static void Refuses(SandboxSpec spec) =>
        Assert.Equal("start_failed", Assert.Throws<SandboxException>(() => SpecRules.Check(spec)).Code);
}
