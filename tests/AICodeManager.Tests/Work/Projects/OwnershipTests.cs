using System.Net.Http.Json;
using AICodeManager.Server.Work.Projects;
using static AICodeManager.Tests.Work.Projects.ProjectLab;

namespace AICodeManager.Tests.Work.Projects;

public sealed class OwnershipTests(ProjectLab lab) : IClassFixture<ProjectLab>
{
    private static readonly Dictionary<string, Func<HttpClient, string, Guid, Task<HttpResponseMessage>>> Requests = new()
    {
        ["get"] = (c, p, _) => c.GetAsync(p, Cancel),
        ["rename"] = (c, p, _) => c.PutAsJsonAsync(p, new { name = "mine now" }, Cancel),
        ["delete"] = (c, p, _) => c.DeleteAsync(p, Cancel),
        ["files"] = (c, p, _) => c.GetAsync($"{p}/files", Cancel),
        ["read"] = (c, p, _) => c.GetAsync($"{p}/files/secret.txt", Cancel),
        ["write"] = (c, p, _) => c.PutAsync($"{p}/files/planted", new StringContent("x"), Cancel),
        ["remove"] = (c, p, _) => c.DeleteAsync($"{p}/files/secret.txt", Cancel),
        ["diff"] = (c, p, _) => c.GetAsync($"{p}/diff", Cancel),
        ["commit"] = (c, p, _) => c.PostAsJsonAsync($"{p}/commit", new { message = "mine" }, Cancel),
        ["discard"] = (c, p, _) => c.PostAsJsonAsync($"{p}/discard", new { }, Cancel),
        ["list"] = (c, _, w) => c.GetAsync($"workspaces/{w}/projects", Cancel),
        ["create"] = (c, _, w) => c.PostAsJsonAsync($"workspaces/{w}/projects", new { name = "planted" }, Cancel),
        ["upload"] = (c, _, w) => c.PostAsync($"workspaces/{w}/projects", new MultipartFormDataContent { { new StringContent("x"), "name" } }, Cancel),
    };

    public static TheoryData<string> Names => [.. Requests.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task Another_user_is_told_that_there_is_nothing(string name)
    {
        var id = await lab.ProjectAsync();
        await lab.PutAsync(id, "secret.txt", "secret\n");
        Assert.Equal("404 not_found", await RefusalAsync(Requests[name](lab.Bob, $"projects/{id}", lab.Workspace)));
        Assert.Equal("404 not_found", await RefusalAsync(Requests[name](lab.Bob, $"projects/{Guid.NewGuid()}", Guid.NewGuid())));
        Assert.Equal(".git secret.txt", await lab.AsAgentAsync(id, "echo $(ls -A)"));
    }

    [Fact]
    public async Task An_administrator_may_look()
    {
        var id = await lab.ProjectAsync();
        using var seen = await lab.Admin.GetAsync($"projects/{id}", Cancel);
        Assert.Equal(200, (int)seen.StatusCode);
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("discard")]
    [InlineData("write")]
    [InlineData("remove")]
    [InlineData("delete")]
    public async Task A_working_copy_has_one_writer(string name)
    {
        var id = await lab.ProjectAsync();
        var locks = lab.Service<WorkingCopyLocks>();
        using (locks.TryEnter(id, "a task is under way"))
        {
            Assert.Null(locks.TryEnter(id, "another"));
            Assert.Equal("409 project_busy", await RefusalAsync(Requests[name](lab.Alice, $"projects/{id}", lab.Workspace)));
            using var diff = await lab.Alice.GetAsync($"projects/{id}/diff", Cancel);
            Assert.Equal("200 text/x-diff", $"{(int)diff.StatusCode} {diff.Content.Headers.ContentType?.MediaType}");
        }

        locks.TryEnter(id, "the next")!.Dispose();
    }

    [Fact]
    public async Task What_a_server_left_half_prepared_is_failed_and_its_folders_swept_by_the_next()
    {
        var id = await lab.ProjectAsync();
        var orphan = Guid.NewGuid();
        var (store, folders) = (lab.Service<ProjectStore>(), lab.Service<ProjectFolders>());
        folders.Make(orphan);
        await lab.Service<Server.Ground.Storage.Database>().WriteAsync(
            t => t.ExecuteAsync("UPDATE projects SET state = 'preparing' WHERE id = @id", new { id }), Cancel);

        folders.Sweep(await store.SettleInterruptedAsync(Cancel));

        var project = await GetAsync(lab.Alice, $"projects/{id}");
        Assert.Equal("failed interrupted", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
        Assert.False(Directory.Exists(folders.Work(orphan)));
        Assert.False(Directory.Exists(folders.Work(id)));
    }
}
