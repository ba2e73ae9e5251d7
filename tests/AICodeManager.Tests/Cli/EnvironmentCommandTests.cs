namespace AICodeManager.Tests.Cli;

public sealed class EnvironmentCommandTests
{
    private const string Environment = $"/workspaces/{Some.WorkspaceId}/environment";

    private static async Task<ApiDouble> StartAsync() => (await ApiDouble.StartAsync())
        .On("GET /workspaces", Some.List(Some.Workspace()))
        .On($"GET {Environment}", Some.List(new { name = "NPM_TOKEN", updated_at = "2026-11-20T10:00:00Z", updated_by = Some.OtherWorkspaceId }))
        .On($"PUT {Environment}", Some.List())
        .On($"DELETE {Environment}/NPM_TOKEN", null, 204);

    [Fact]
    public async Task Can_list_the_names()
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(0, await aicli.RunAsync("workspaces", "env", "list", "payments"));
        Assert.Contains("NPM_TOKEN", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_set_from_a_file_from_standard_input_or_when_asked_and_nothing_printed_has_the_value()
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(0, await aicli.RunAsync("workspace", "env", "set", "payments", "NPM_TOKEN", "--value-file", aicli.Write("v", "from a file\n\n")));
        AssertSent("from a file\n");
        aicli.In = new StringReader("from input\r\n");
        Assert.Equal(0, await aicli.RunAsync("workspace", "env", "set", "payments", "NPM_TOKEN", "--value-stdin", "--json"));
        AssertSent("from input");
        Assert.Equal("set", aicli.Document().GetProperty("action").GetString());
        (aicli.Interactive, aicli.ReadSecret) = (true, () => "typed unseen");
        Assert.Equal(0, await aicli.RunAsync("workspace", "env", "set", "payments", "NPM_TOKEN"));
        AssertSent("typed unseen");
        aicli.ReadSecret = () => "";
        Assert.Equal(0, await aicli.RunAsync("workspace", "env", "set", "payments", "NPM_TOKEN"));
        AssertSent("");

        void AssertSent(string value)
        {
            Assert.Equal(value, api.Seen.Last().Json.GetProperty("values").GetProperty("NPM_TOKEN").GetString());
            if (value.Length > 0)
                Assert.DoesNotContain(value, $"{aicli.Out}{aicli.Error}");
        }
    }

    [Fact]
    public async Task Cannot_take_a_value_from_the_command_line_and_does_not_repeat_it()
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("workspace", "env", "set", "payments", "NPM_TOKEN=secret-on-the-line"));
        Assert.Contains("--value-file", aicli.Error.ToString());
        Assert.DoesNotContain("secret-on-the-line", aicli.Error.ToString());
        Assert.Equal(2, await aicli.RunAsync("workspace", "env", "set", "payments", "NPM_TOKEN"));
        Assert.Contains("no terminal to ask on", aicli.Error.ToString());
        Assert.Equal(2, await aicli.RunAsync("workspace", "env", "set", "payments", "X", "--value-stdin", "--value-file", "x"));
        Assert.DoesNotContain(api.Seen, seen => seen.Line.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cannot_set_what_no_server_takes()
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("workspace", "env", "set", "payments", "X", "--value-file", aicli.Write("v", new string('x', 40_000))));
        Assert.Contains("accepted are up to 32768 bytes", aicli.Error.ToString());
        await File.WriteAllBytesAsync(Path.Combine(aicli.Folder, "b"), [0xFF, 0xFE], TestContext.Current.CancellationToken);
        Assert.Equal(2, await aicli.RunAsync("workspace", "env", "set", "payments", "X", "--value-file", Path.Combine(aicli.Folder, "b")));
        Assert.Contains("not text in UTF-8", aicli.Error.ToString());
        Assert.Equal(2, await aicli.RunAsync("workspace", "env", "set", "payments", "X", "--value-file", Path.Combine(aicli.Folder, "none")));
        Assert.Contains("cannot be read", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_unset_and_switch_content_of_the_audit()
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);
        api.On($"GET /workspaces/{Some.WorkspaceId}", Some.Workspace()).On($"PUT /workspaces/{Some.WorkspaceId}", Some.Workspace());

        Assert.Equal(0, await aicli.RunAsync("workspace", "env", "unset", "payments", "NPM_TOKEN"));
        api.Only($"DELETE {Environment}/NPM_TOKEN");
        Assert.Equal(0, await aicli.RunAsync("workspace", "audit-content", "payments", "on"));
        Assert.Equal("""{"name":"payments","audit_content":true}""", api.Only($"PUT /workspaces/{Some.WorkspaceId}").Text);
        Assert.Equal(2, await aicli.RunAsync("workspace", "audit-content", "payments", "maybe"));
    }
}
