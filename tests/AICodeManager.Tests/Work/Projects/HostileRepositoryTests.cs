using System.Net.Http.Json;
using AICodeManager.Server.Work.Projects;
using static AICodeManager.Tests.Work.Projects.ProjectLab;

namespace AICodeManager.Tests.Work.Projects;

/// <summary>Git runs much that it finds. Whoever made a repository or works in one must not thereby run anything of ours.</summary>
public sealed class HostileRepositoryTests(ProjectLab lab) : IClassFixture<ProjectLab>
{
    // Whatever runs it leaves a mark, in the working copy or in Git's folder, whichever may be written.
    private const string Evil = "sh -c 'touch /workspace/PWNED /workspace/.git/PWNED; cat'";

    [Fact]
    public async Task Cannot_be_changed_by_an_agent_in_gits_own_folder()
    {
        var id = await lab.ProjectAsync();
        var before = Listing(id);
        await lab.AsAgentAsync(id, """
            set +e
            touch .git/hooks .git/config; mkdir .git/hooks; echo x > .git/HEAD; git config core.fsmonitor evil; git commit --allow-empty -m x
            git update-ref refs/heads/main HEAD~1; rm -rf .git; mv .git elsewhere; ln -sfn /tmp .git; chmod -R 777 .git; umount .git; git init -q
            mount -o remount,rw .git; git gc; git add -A
            true
            """);
        Assert.Equal(before, Listing(id));
        Assert.Equal("1", await lab.AsAgentAsync(id, "git rev-list --count HEAD"));
    }

    [Fact]
    public async Task Runs_nothing_that_a_cloned_repository_brings()
    {
        var repository = await lab.RepositoryAsync("""
            printf '* filter=evil diff=evil merge=evil\n' > .gitattributes
            printf '[submodule "s"]\n path = s\n url = ../evil\n' > .gitmodules
            mkdir .githooks; printf '#!/bin/sh\ntouch /workspace/PWNED\n' > .githooks/post-checkout; chmod +x .githooks/post-checkout
            echo 1 > file; git add -A; git commit -qm evil
            """);
        await DoctorAsync(repository);
        var id = await lab.ProjectAsync(new { type = "git", url = repository });
        await lab.PutAsync(id, "file", "2\n");
        await lab.DiffAsync(id);
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "Mine" });
        await lab.PutAsync(id, "file", "3\n");
        await PostAsync(lab.Alice, $"projects/{id}/discard", new { });

        Assert.Equal("2", await lab.AsAgentAsync(id, "cat file"));
        AssertUnmarked(id);
        var config = await lab.AsAgentAsync(id, "cat .git/config");
        Assert.DoesNotContain("evil", config.Replace(repository, "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(repository, await lab.AsAgentAsync(id, "git remote get-url origin"));
        Assert.Equal("/dev/null", await lab.AsAgentAsync(id, "git config core.hooksPath"));
        Assert.Equal("0", await lab.AsAgentAsync(id, "find .git/objects -links +1 -type f | wc -l; test ! -e .git/objects/info/alternates"));
    }

    [Fact]
    public async Task Runs_nothing_of_a_repository_that_an_agent_nests_in_the_working_copy()
    {
        var id = await lab.ProjectAsync();
        await lab.PutAsync(id, "tracked/file", "1\n");
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "First" });
        await lab.AsAgentAsync(id, $"""
            nest() (
                mkdir -p "$1"; cd "$1"; git init -q; echo x > x; git add x; git -c user.name=n -c user.email=e commit -qm x
                git config core.fsmonitor "{Evil}"; git config core.worktree /workspace; git config filter.evil.clean "{Evil}"; git config filter.evil.smudge "{Evil}"
                git config core.hooksPath /workspace/hooks; git config diff.external "{Evil}"; git config core.pager "{Evil}"
                echo '* filter=evil' > .gitattributes; echo y > x
            )
            mkdir hooks; for hook in pre-commit post-commit post-index-change reference-transaction post-checkout; do printf '#!/bin/sh\ntouch /workspace/.git/PWNED /workspace/PWNED\n' > hooks/$hook; chmod +x hooks/$hook; done
            nest nested; nest tracked; mkdir unborn; (cd unborn; git init -q)
            printf '[submodule "nested"]\n path = nested\n url = ./nested\n' > .gitmodules
            rm -f /workspace/PWNED
            """);

        var diff = await lab.DiffAsync(id);
        Assert.Contains(diff.GetProperty("files").EnumerateArray(), f => f.GetProperty("path").GetString() == "nested");
        Assert.Contains(diff.GetProperty("warnings").EnumerateArray(), w => w.GetString()!.Contains("unborn/", StringComparison.Ordinal));
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "With links" });
        await lab.DiffAsync(id);
        await PostAsync(lab.Alice, $"projects/{id}/discard", new { });
        await lab.PutAsync(id, "tracked/file", "2\n");
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "Again" });
        AssertUnmarked(id);
    }

    [Fact]
    public async Task A_diff_changes_nothing()
    {
        var id = await lab.ProjectAsync();
        await lab.PutAsync(id, "a", "1\n");
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "First" });
        await lab.AsAgentAsync(id, "echo 2 > a; echo new > b; head -c 3000000 /dev/urandom > big");
        var before = Listing(id);
        var diff = await lab.DiffAsync(id);
        Assert.Equal(["a modified False", "b added False", "big added True"], diff.GetProperty("files").EnumerateArray().Select(
            f => $"{f.GetProperty("path")} {f.GetProperty("status")} {f.GetProperty("binary")}"));
        Assert.Equal(before, Listing(id));
    }

    [Fact]
    public async Task A_diff_is_cut_where_it_is_larger_than_allowed_and_says_so()
    {
        var id = await lab.ProjectAsync();
        await lab.AsAgentAsync(id, "seq 100000 > long; rm -f x; mkfifo pipe; ln -s /etc/passwd link; touch $'odd\\nname\\x1b[31m'; chmod 000 long2 2>/dev/null || true");
        using var answer = await lab.Alice.GetAsync($"projects/{id}/diff", Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("true", answer.Headers.GetValues("X-Diff-Truncated").Single());
        Assert.InRange(text.Length, 1000, 64 << 10);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
        Assert.Equal("406 not_acceptable", await RefusalAsync(WithAccept("image/png", id)));
    }

    [Theory]
    [InlineData("https://git.example.com/other/repo.git")]
    [InlineData("https://git.example.com/teams/repo.git")]
    [InlineData("https://git.example.com/team/../other/repo.git")]
    [InlineData("https://git.example.com/team/%2e%2e/other/repo.git")]
    [InlineData("https://git.example.com:444/team/repo.git")]
    [InlineData("https://user@git.example.com/team/repo.git")]
    [InlineData("https://git.example.com@evil.example/team/repo.git")]
    [InlineData("https://git.example.com.evil.example/team/repo.git")]
    [InlineData("https://git.example.com/team/repo.git?x")]
    [InlineData("https://git.example.com/team/repo.git#x")]
    [InlineData("https://git.example.com/team\\repo.git")]
    [InlineData("http://git.example.com/team/repo.git")]
    [InlineData("ssh://git.example.com/team/repo.git")]
    [InlineData("ext::sh -c evil")]
    [InlineData("file:///etc")]
    [InlineData("--upload-pack=evil")]
    [InlineData("/etc")]
    [InlineData("{sources}")]
    [InlineData("{sources}/link/repo.git")]
    [InlineData("{sources}/../projects")]
    [InlineData("{sources}/absent.git")]
    public async Task Refuses_sources_that_the_administrator_does_not_allow(string url)
    {
        var repository = await lab.RepositoryAsync("true");
        var link = Path.Combine(lab.Sources, "link");
        if (!Directory.Exists(link))
            Directory.CreateSymbolicLink(link, Path.GetDirectoryName(repository)!);
        url = url.Replace("{sources}", lab.Sources, StringComparison.Ordinal);
        using var answer = await lab.Alice.PostAsJsonAsync(
            $"workspaces/{lab.Workspace}/projects", new { name = "x", source = new { type = "git", url } }, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("\"code\":\"invalid_input\"", text, StringComparison.Ordinal);
        Assert.Contains("\"source.url\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain(lab.Data, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-x")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("x.lock")]
    [InlineData("a@{1}")]
    [InlineData("/a")]
    [InlineData("a/.b")]
    [InlineData("")]
    public void Refuses_branch_names_that_git_would_refuse(string branch) => Assert.False(GitSources.IsBranch(branch));

    [Theory]
    [InlineData("main")]
    [InlineData("feature/한글-1")]
    [InlineData("v1.2_x")]
    public void Accepts_branch_names(string branch) => Assert.True(GitSources.IsBranch(branch));

    private Task<HttpResponseMessage> WithAccept(string type, Guid id)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"projects/{id}/diff");
        request.Headers.Accept.Add(new(type));
        return lab.Alice.SendAsync(request, Cancel);
    }

    private async Task DoctorAsync(string repository)
    {
        var folder = Path.GetDirectoryName(repository)!;
        await SandboxForTests.RunAsync(lab.Sandboxes, lab.Profile, [new(folder, "/workspace", Writable: true)], $"""
            cd repo.git
            git config core.fsmonitor "{Evil}"; git config uploadpack.packObjectsHook "{Evil}"; git config filter.evil.clean "{Evil}"
            git config filter.evil.smudge "{Evil}"; git config diff.evil.command "{Evil}"; git config core.hooksPath hooks; git config core.sshCommand "{Evil}"
            mkdir -p hooks; for hook in post-checkout pre-commit post-merge reference-transaction pre-receive; do printf '#!/bin/sh\ntouch /workspace/PWNED\n' > hooks/$hook; chmod +x hooks/$hook; done
            """);
    }

    private void AssertUnmarked(Guid id)
    {
        var folders = lab.Service<ProjectFolders>();
        Assert.False(File.Exists(Path.Combine(folders.Work(id), "PWNED")));
        Assert.False(File.Exists(Path.Combine(folders.Git(id), "PWNED")));
    }

    private string[] Listing(Guid id) =>
        [.. new DirectoryInfo(lab.Service<ProjectFolders>().Git(id)).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(f => $"{f.FullName} {f.UnixFileMode} {(f as FileInfo)?.Length} {f.LastWriteTimeUtc:O}").Order(StringComparer.Ordinal)];
}
