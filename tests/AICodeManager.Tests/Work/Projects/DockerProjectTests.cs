using static AICodeManager.Tests.Work.Projects.ProjectLab;

namespace AICodeManager.Tests.Work.Projects;

/// <summary>The way of a project on the Docker engine; the details are tested on bubblewrap, which starts faster.</summary>
public sealed class DockerProjectTests(DockerProjectLab lab) : IClassFixture<DockerProjectLab>
{
    [Fact]
    public async Task Can_clone_change_keep_and_throw_away()
    {
        var repository = await lab.RepositoryAsync("echo 1 > file; git add .; git commit -qm one");
        var id = await lab.ProjectAsync(new { type = "git", url = repository });
        await lab.AsAgentAsync(id, "echo 2 > file; echo new > new");
        Assert.Equal(2, (await lab.DiffAsync(id)).GetProperty("files").GetArrayLength());
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "Two" });
        await lab.PutAsync(id, "file", "3\n");
        await lab.AsAgentAsync(id, "echo 4 >> file");
        await PostAsync(lab.Alice, $"projects/{id}/discard", new { });
        Assert.Equal("2 Two one", await lab.AsAgentAsync(id, "echo $(cat file) $(git log --format=%s)"));
        using var deleted = await lab.Alice.DeleteAsync($"projects/{id}", Cancel);
        Assert.Equal(204, (int)deleted.StatusCode);
    }

    [Fact]
    public async Task Cannot_be_changed_by_an_agent_in_gits_own_folder()
    {
        var id = await lab.ProjectAsync();
        await lab.AsAgentAsync(id, "set +e; mkdir .git/hooks; git config core.fsmonitor evil; git commit --allow-empty -m x; rm -rf .git; mv .git elsewhere; umount .git; true");
        Assert.Equal("1 /dev/null", await lab.AsAgentAsync(id, "echo $(git rev-list --count HEAD) $(git config core.hooksPath); test ! -e .git/hooks"));
    }
}
