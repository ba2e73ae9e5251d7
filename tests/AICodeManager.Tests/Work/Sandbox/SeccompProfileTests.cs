using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Bubblewrap;

namespace AICodeManager.Tests.Work.Sandbox;

public sealed class SeccompProfileTests
{
    [Fact]
    public void Can_compile_the_shipped_profile()
    {
        var filter = SeccompFilter.Compile(Lab.Seccomp());

        Assert.Equal(0, filter.Program.Length % 8);
        Assert.InRange(filter.Program.Length, 800, 32 * 1024);
    }

    [Fact]
    public void Reports_calls_that_the_library_does_not_know_and_keeps_them_forbidden()
    {
        var with = SeccompFilter.Compile(SeccompProfile.Parse(Rule("""{"names":["read","no_such_call"],"action":"SCMP_ACT_ALLOW"}""")));
        var without = SeccompFilter.Compile(SeccompProfile.Parse(Rule("""{"names":["read"],"action":"SCMP_ACT_ALLOW"}""")));

        Assert.Equal(["no_such_call"], with.Unknown);
        Assert.Equal(without.Program, with.Program);
    }

    [Theory]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[]}""")]
    [InlineData("""{"syscalls":[]}""")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_TRACE"}]}""")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}}]}""")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","args":[{"index":6,"value":1,"op":"SCMP_CMP_EQ"}]}]}""")]
    public void Cannot_be_anything_that_an_engine_would_enforce_otherwise(string json) =>
        Assert.Throws<FormatException>(() => SeccompProfile.Parse(json));

    private static string Rule(string rule) => $$"""{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{{rule}}]}""";
}
