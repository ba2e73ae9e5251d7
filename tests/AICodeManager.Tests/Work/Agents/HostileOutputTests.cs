using System.Text;
using System.Text.Json;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Tests.Work.Agents;

/// <summary>What comes out of a sandbox may be anything.</summary>
public sealed class HostileOutputTests
{
    private readonly ClaudeReader reader = new();

    [Theory]
    [InlineData("""{"type":"system","subtype":"init","session_id":"--dangerously-skip-permissions"}""")]
    [InlineData("""{"type":"system","subtype":"init"}""")]
    [InlineData("""{"type":"control_request","request_id":"a\u0000b","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{}}}""")]
    [InlineData("""{"type":"control_request","request_id":"","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{}}}""")]
    [InlineData("""{"type":"control_request","request_id":"a","request":{"subtype":"can_use_tool","tool_name":"Bash\n","input":{}}}""")]
    public void An_id_that_is_none_is_noise(string line) =>
        Assert.IsType<AgentSignal.Noise>(Assert.Single(reader.Read(Encoding.UTF8.GetBytes(line))));

    [Theory]
    [InlineData("~/.bashrc")]
    [InlineData(" /etc/passwd")]
    [InlineData("/workspace/a\0b")]
    public void A_path_the_cli_reads_in_its_own_way_is_not_inside(string path) =>
        Assert.False(new ClaudeCode().IsEditInside(
            "Write", JsonSerializer.SerializeToElement(new { file_path = path }), "/workspace"));
}
