using System.Text;

namespace AICodeManager.Tests.Cli;

public sealed class ProjectCommandTests
{
    private const string Create = $"POST /workspaces/{Some.WorkspaceId}/projects";

    [Fact]
    public async Task Can_create_an_empty_project_and_lists_it()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Create, Some.Project(), 201).On($"GET /workspaces/{Some.WorkspaceId}/projects", Some.List(Some.Project()));

        Assert.Equal(0, await aicli.RunAsync("project", "create", "--workspace", Some.WorkspaceId, "--name", "api", "--json"));
        Assert.Equal(Some.ProjectId, aicli.Document().GetProperty("id").GetString());
        Assert.Equal("""{"name":"api"}""", api.Only(Create).Text);

        Assert.Equal(0, await aicli.RunAsync("project", "list", "-w", Some.WorkspaceId));
        Assert.Contains($"{Some.ProjectId}  api   ready", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_wait_until_a_clone_is_ready()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Create, Some.Project(state: "preparing"), 201)
            .On($"GET /projects/{Some.ProjectId}", Some.Project(state: "preparing")).On($"GET /projects/{Some.ProjectId}", Some.Project());

        Assert.Equal(0, await aicli.RunAsync(
            "project", "create", "-w", Some.WorkspaceId, "-n", "api", "--git", "https://git.example.org/api.git", "--branch", "main", "--json"));

        Assert.Equal("ready", aicli.Document().GetProperty("state").GetString());
        Assert.Contains("Preparing project", aicli.Error.ToString());
        var source = api.Only(Create).Json.GetProperty("source");
        Assert.Equal("git", source.GetProperty("type").GetString());
        Assert.Equal("https://git.example.org/api.git", source.GetProperty("url").GetString());
        Assert.Equal("main", source.GetProperty("branch").GetString());
    }

    [Fact]
    public async Task Can_tell_why_a_clone_failed()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Create, Some.Project(state: "preparing"), 201)
            .On($"GET /projects/{Some.ProjectId}", Some.Project(state: "failed", reason: "no such branch"));

        Assert.Equal(1, await aicli.RunAsync("project", "create", "-w", Some.WorkspaceId, "-n", "api", "--git", "https://git.example.org/a.git"));

        Assert.Contains("no such branch", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_leave_without_waiting()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Create, Some.Project(state: "preparing"), 201);

        Assert.Equal(0, await aicli.RunAsync("project", "create", "-w", Some.WorkspaceId, "-n", "api", "--no-wait"));

        Assert.Single(api.Seen);
    }

    [Fact]
    public async Task Can_give_up_waiting()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        aicli.Patience = aicli.Patience with { Preparing = TimeSpan.FromMilliseconds(10) };
        api.On(Create, Some.Project(state: "preparing"), 201).On($"GET /projects/{Some.ProjectId}", Some.Project(state: "preparing"));

        Assert.Equal(1, await aicli.RunAsync("project", "create", "-w", Some.WorkspaceId, "-n", "api"));

        Assert.Contains("still being prepared", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_name_a_repository_folder_of_this_machine_by_a_relative_path()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Create, Some.Project(), 201);

        Assert.Equal(0, await aicli.RunAsync("project", "create", "-w", Some.WorkspaceId, "-n", "api", "--git", "."));

        Assert.Equal(Directory.GetCurrentDirectory(), api.Only(Create).Json.GetProperty("source").GetProperty("url").GetString());
    }

    [Fact]
    public async Task Can_send_an_archive_as_a_form()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var archive = aicli.Write("api.tar.gz", "not really gzip");
        api.On(Create, Some.Project(), 201);

        Assert.Equal(0, await aicli.RunAsync("project", "create", "-w", Some.WorkspaceId, "-n", "ä pi", "--archive", archive));

        var form = api.Only(Create);
        Assert.StartsWith("multipart/form-data", form.Headers["Content-Type"]);
        Assert.Contains("name=name", form.Text);
        Assert.Contains("ä pi", form.Text);
        Assert.Contains("name=archive; filename=api.tar.gz", form.Text);
        Assert.Contains("not really gzip", form.Text);
    }

    [Fact]
    public async Task Can_send_an_archive_again_after_renewing_the_token()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        var archive = aicli.Write("api.zip", "the whole archive");
        api.Refuses(Create, 401, "token_expired", "expired").On(Create, Some.Project(), 201).On("POST /auth/refresh", Some.Login("second", null));

        Assert.Equal(0, await aicli.RunAsync("project", "create", "-w", Some.WorkspaceId, "-n", "api", "--archive", archive));

        Assert.Contains("the whole archive", api.Seen.Last().Text);
    }

    [Theory]
    [InlineData("--git and --archive", "--git", "https://x.example/a.git", "--archive", "a.zip")]
    [InlineData("--branch", "--branch", "main")]
    [InlineData(".tar.gz", "--archive", "a.rar")]
    [InlineData("there is no file", "--archive", "/nowhere/a.zip")]
    public async Task Cannot_create_from_contradictions(string said, params string[] options)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync(["project", "create", "-w", Some.WorkspaceId, "-n", "api", .. options]));

        Assert.Contains(said, aicli.Error.ToString());
        Assert.Empty(api.Seen);
    }

    [Fact]
    public async Task Can_show_and_delete()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On($"GET /projects/{Some.ProjectId}", Some.Project()).On($"DELETE /projects/{Some.ProjectId}", null, 204);

        Assert.Equal(0, await aicli.RunAsync("project", "show", Some.ProjectId));
        Assert.Contains("ready", aicli.Out.ToString());
        Assert.Equal(0, await aicli.RunAsync("project", "delete", Some.ProjectId));
        api.Only($"DELETE /projects/{Some.ProjectId}");
    }

    [Fact]
    public async Task Can_commit_and_discard()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On($"POST /projects/{Some.ProjectId}/commit", new { commit = "abc123" }).On($"POST /projects/{Some.ProjectId}/discard", null, 204);

        Assert.Equal(0, await aicli.RunAsync("project", "commit", Some.ProjectId, "-m", "Why"));
        Assert.Equal("Committed abc123\n", aicli.Out.ToString());
        Assert.Equal("""{"message":"Why"}""", api.Only($"POST /projects/{Some.ProjectId}/commit").Text);

        Assert.Equal(0, await aicli.RunAsync("project", "discard", Some.ProjectId));
        Assert.Equal("{}", api.Seen.Last().Text);
        Assert.Equal(0, await aicli.RunAsync("project", "discard", Some.ProjectId, "a.cs", "src"));
        Assert.Equal("""{"paths":["a.cs","src"]}""", api.Seen.Last().Text);
        Assert.Equal(2, await aicli.RunAsync("project", "commit", Some.ProjectId, "-m", " "));
    }

    [Fact]
    public async Task Can_show_a_diff_harmlessly_and_hands_it_out_unchanged()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        const string Diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\u001b[2J\n";
        api.On($"GET /projects/{Some.ProjectId}/diff", context =>
            context.Request.Headers.Accept == "text/x-diff"
                ? ApiDouble.JsonAsync(context, 200, Diff, "text/x-diff")
                : ApiDouble.JsonAsync(context, 200, new { files = new[] { "x" } }));

        Assert.Equal(0, await aicli.RunAsync("diff", Some.ProjectId));
        Assert.Equal(Diff.Replace("\u001b", "\\u{1b}"), aicli.Out.ToString());

        Assert.Equal(0, await aicli.RunAsync("project", "diff", Some.ProjectId, "--output", "-"));
        Assert.Equal(Diff, Encoding.UTF8.GetString(aicli.RawOut.ToArray()));

        Assert.Equal(0, await aicli.RunAsync("diff", Some.ProjectId, "--json"));
        Assert.Equal("x", aicli.Document().GetProperty("files")[0].GetString());

        aicli.Interactive = aicli.Colours = true;
        Assert.Equal(0, await aicli.RunAsync("diff", Some.ProjectId, "--output", "-"));
        Assert.DoesNotContain("\u001b[2J", aicli.Out.ToString());
    }
}
