using AICodeManager.Server.Ground;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.Workspaces.Environment;

namespace AICodeManager.Tests.Work.Workspaces.Environment;

public sealed class VariableNamesTests
{
    [Theory]
    [InlineData("A")]
    [InlineData("_private")]
    [InlineData("DATABASE_URL")]
    [InlineData("npm_config_registry")]
    [InlineData("NODE_ENV")]
    [InlineData("PYTHONPATH")]
    [InlineData("PATH_TO_DATA")]
    [InlineData("MY_HOME")]
    [InlineData("PROXY_USER")]
    public void Can_be_chosen_freely(string name) => Assert.Null(VariableNames.Fault(name));

    [Theory]
    [InlineData("")]
    [InlineData("1ST")]
    [InlineData("A-B")]
    [InlineData("A B")]
    [InlineData("A=B")]
    [InlineData("A\n")]
    [InlineData("A\0")]
    [InlineData("BASH_FUNC_ls%%")]
    [InlineData("GRÖSSE")]
    [InlineData("Ａ")]
    [InlineData("A.B")]
    public void Cannot_be_anything_but_a_name(string name) => Assert.Contains("no name of a variable", VariableNames.Fault(name));

    [Fact]
    public void Cannot_be_longer_than_the_bound()
    {
        Assert.Null(VariableNames.Fault(new string('A', VariableNames.MaxLength)));
        Assert.NotNull(VariableNames.Fault(new string('A', VariableNames.MaxLength + 1)));
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("path")]
    [InlineData("HOME")]
    [InlineData("LD_PRELOAD")]
    [InlineData("ld_library_path")]
    [InlineData("ANTHROPIC_BASE_URL")]
    [InlineData("ANTHROPIC_UNIX_SOCKET")]
    [InlineData("CLAUDE_CODE_USE_BEDROCK")]
    [InlineData("CLAUDE_CONFIG_DIR")]
    [InlineData("CLAUDECODE")]
    [InlineData("AICLI_DATA")]
    [InlineData("NODE_OPTIONS")]
    [InlineData("BUN_OPTIONS")]
    [InlineData("GIT_SSH_COMMAND")]
    [InlineData("BASH_ENV")]
    [InlineData("ENV")]
    [InlineData("PROMPT_COMMAND")]
    [InlineData("IFS")]
    [InlineData("SHELLOPTS")]
    [InlineData("PYTHONSTARTUP")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("https_proxy")]
    [InlineData("all_Proxy")]
    [InlineData("SSL_CERT_FILE")]
    [InlineData("XDG_CONFIG_HOME")]
    [InlineData("GLIBC_TUNABLES")]
    public void Cannot_change_how_the_agent_its_shell_or_the_sandbox_works(string name) =>
        Assert.Contains("is kept for others", VariableNames.Fault(name));

    [Fact]
    public void Cannot_be_one_that_the_agent_is_set_up_by()
    {
        var launch = new ClaudeCode().Launch(new AgentStart(Guid.NewGuid().ToString(), null, "model", new Secret("token")));
        Assert.NotEmpty(launch.Environment);
        Assert.All(launch.Environment.Keys, name => Assert.NotNull(ReservedNames.Reason(name)));
    }
}
