using System.Net.Http.Json;
using static AICodeManager.Tests.Work.Projects.ProjectLab;

namespace AICodeManager.Tests.Work.Projects;

public sealed class ProjectTests(ProjectLab lab) : IClassFixture<ProjectLab>
{
    [Fact]
    public async Task Can_make_an_empty_project_change_it_and_keep_the_change()
    {
        var id = await lab.ProjectAsync();
        await lab.PutAsync(id, "src/hello.txt", "hello\n");

        var diff = await lab.DiffAsync(id);
        var file = Assert.Single(diff.GetProperty("files").EnumerateArray());
        Assert.Equal("src/hello.txt added 1 0", $"{file.GetProperty("path")} {file.GetProperty("status")} {file.GetProperty("additions")} {file.GetProperty("deletions")}");
        Assert.Contains("+hello", diff.GetProperty("diff").GetString());

        var commit = await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "Say hello" });
        Assert.Equal(1, commit.GetProperty("files").GetInt64());
        Assert.Equal("alice alice@example.com Say hello", await lab.AsAgentAsync(id, "git log -1 --format='%an %ae %s'"));
        Assert.Empty((await lab.DiffAsync(id)).GetProperty("files").EnumerateArray());
        Assert.Equal("409 nothing_to_commit", await RefusalAsync(lab.Alice.PostAsJsonAsync($"projects/{id}/commit", new { message = "Again" }, Cancel)));
        Assert.Equal(
            ["project_created", "project_ready", "project_file_written", "project_accessed", "project_committed", "project_accessed"],
            await lab.AuditAsync(id));
    }

    [Fact]
    public async Task Can_throw_changes_away_but_keeps_ignored_files()
    {
        var id = await lab.ProjectAsync();
        await lab.PutAsync(id, "kept.txt", "1\n");
        await lab.PutAsync(id, ".gitignore", "built/\n");
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "First" });
        await lab.AsAgentAsync(id, "echo 2 > kept.txt; echo new > new.txt; mkdir built locked; echo b > built/b; echo x > locked/x; chmod 000 locked; chmod 500 .");

        await PostAsync(lab.Alice, $"projects/{id}/discard", new { });

        Assert.Equal("1 built", await lab.AsAgentAsync(id, "cat kept.txt | tr '\\n' ' '; ls -d */ 2>/dev/null | tr '/\\n' '  ' | tr -s ' '; ls new.txt 2>/dev/null || true"));
    }

    [Fact]
    public async Task Can_throw_away_some_paths_only()
    {
        var id = await lab.ProjectAsync();
        await lab.PutAsync(id, "a/1.txt", "1\n");
        await lab.PutAsync(id, "b.txt", "1\n");
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "First" });
        await lab.AsAgentAsync(id, "echo 2 > b.txt; echo 3 > c.txt; rm -r a; echo 'in the way' > a; echo x > ':(top)*'");

        await PostAsync(lab.Alice, $"projects/{id}/discard", new { paths = new[] { "a", "c.txt", ":(top)*" } });

        Assert.Equal(" M b.txt", (await lab.AsAgentAsync(id, "git status --short")));
    }

    [Fact]
    public async Task Can_clone_a_local_bare_repository_with_its_history()
    {
        var repository = await lab.RepositoryAsync("""
            echo 1 > file; git add .; git commit -qm one; echo 2 > file; git commit -qam two; git branch other HEAD~1; git tag v1
            """);
        var id = await lab.ProjectAsync(new { type = "git", url = repository });
        Assert.Equal("two one 2 v1", await lab.AsAgentAsync(id, "echo $(git log --format=%s) $(cat file) $(git tag)"));

        var other = await lab.ProjectAsync(new { type = "git", url = repository, branch = "other" });
        Assert.Equal("other one 1", await lab.AsAgentAsync(other, "echo $(git branch --show-current) $(git log --format=%s) $(cat file)"));
    }

    [Fact]
    public async Task Can_clone_an_empty_repository()
    {
        var id = await lab.ProjectAsync(new { type = "git", url = await lab.RepositoryAsync("true") });
        Assert.Equal("Initial commit", (await lab.AsAgentAsync(id, "git log --format=%s")));
    }

    [Fact]
    public async Task Fails_with_gits_words_where_the_branch_is_missing()
    {
        var repository = await lab.RepositoryAsync("echo 1 > file; git add .; git commit -qm one");
        var project = await lab.CreateAsync(new { name = Guid.NewGuid().ToString(), source = new { type = "git", url = repository, branch = "nowhere" } });
        Assert.Equal("failed clone_failed", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
        Assert.Contains("no branch 'nowhere'", project.GetProperty("detail").GetString());
        Assert.Equal("409 project_not_ready", await RefusalAsync(lab.Alice.GetAsync($"projects/{project.GetProperty("id")}/diff", Cancel)));
        using var deleted = await lab.Alice.DeleteAsync($"projects/{project.GetProperty("id")}", Cancel);
        Assert.True(deleted.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Can_be_renamed_listed_and_deleted()
    {
        var id = await lab.ProjectAsync();
        var name = Guid.NewGuid().ToString();
        using var renamed = await lab.Alice.PutAsJsonAsync($"projects/{id}", new { name }, Cancel);
        Assert.True(renamed.IsSuccessStatusCode);
        var list = await GetAsync(lab.Alice, $"workspaces/{lab.Workspace}/projects?limit=200");
        Assert.Contains(list.GetProperty("items").EnumerateArray(), p => p.GetProperty("name").GetString() == name);

        using var deleted = await lab.Alice.DeleteAsync($"projects/{id}", Cancel);
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(lab.Data, "projects", id.ToString())));
        Assert.Equal("404 not_found", await RefusalAsync(lab.Alice.GetAsync($"projects/{id}", Cancel)));
    }
}
