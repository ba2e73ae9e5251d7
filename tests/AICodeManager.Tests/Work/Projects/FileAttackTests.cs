using AICodeManager.Server.Work.Projects;
using static AICodeManager.Tests.Work.Projects.ProjectLab;

namespace AICodeManager.Tests.Work.Projects;

/// <summary>What an agent may plant in its working copy to make the host read, write or remove something else.</summary>
public sealed class FileAttackTests(ProjectLab lab) : IClassFixture<ProjectLab>
{
    [Theory]
    [InlineData("link")]
    [InlineData("folder/hostname")]
    [InlineData("inside")]
    [InlineData("pipe")]
    [InlineData("socket")]
    [InlineData("directory")]
    [InlineData(".git/HEAD")]
    [InlineData("nested/.git/config")]
    [InlineData("%2e%2e/git/HEAD")]
    [InlineData("proc/self/root/etc/hostname")]
    public async Task Cannot_be_made_to_read_anything_but_regular_files_of_the_working_copy(string path)
    {
        var id = await SharedAsync();
        Assert.StartsWith("404", await RefusalAsync(lab.Alice.GetAsync($"projects/{id}/files/{path}", Cancel)));
    }

    [Theory]
    [InlineData("..%2fgit%2fHEAD")]
    [InlineData("%2fetc%2fhostname")]
    [InlineData("directory%2f..%2f..%2fgit%2fHEAD")]
    public async Task An_escaped_slash_never_comes_this_far(string path) =>
        Assert.StartsWith("400 malformed_target", await RefusalAsync(lab.Alice.GetAsync($"projects/{await SharedAsync()}/files/{path}", Cancel)));

    [Fact]
    public async Task Can_read_a_regular_file_as_an_attachment_and_in_parts()
    {
        var id = await SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"projects/{id}/files/directory/{Uri.EscapeDataString("한글 <&>.html")}");
        request.Headers.Range = new(1, 2);
        using var answer = await lab.Alice.SendAsync(request, Cancel);
        Assert.Equal("206 bc", $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("attachment; filename*=UTF-8''%ED%95%9C", answer.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Lists_what_is_there_without_following_links_or_showing_git()
    {
        var id = await SharedAsync();
        var list = await GetAsync(lab.Alice, $"projects/{id}/files");
        var seen = list.GetProperty("items").EnumerateArray().Select(e => $"{e.GetProperty("name")}:{e.GetProperty("type")}").Order(StringComparer.Ordinal);
        Assert.Equal(["directory:folder", "folder:link", "hard:file", "inside:link", "link:link", "nested:folder", "pipe:other", "plain:file", "proc:link", "socket:other", "\uFFFD\uFFFD:file"], seen);
        Assert.Empty((await GetAsync(lab.Alice, $"projects/{id}/files?path=nested")).GetProperty("items").EnumerateArray());
        foreach (var path in (string[])["folder", "proc", ".git", "..", "/etc", "nested/.git", "directory/../directory", "plain"])
            Assert.Matches("^(400|404)", await RefusalAsync(lab.Alice.GetAsync($"projects/{id}/files?path={Uri.EscapeDataString(path)}", Cancel)));
    }

    [Fact]
    public async Task Cannot_be_made_to_write_through_links_or_into_git()
    {
        var id = await PlantedAsync();
        var victim = Path.Combine(lab.Data, "victim");
        await File.WriteAllTextAsync(victim, "untouched", Cancel);
        await lab.AsAgentAsync(id, $"ln -s {lab.Data} out; ln -s {victim} victim");

        foreach (var path in (string[])["out/planted", "folder/planted", "plain/below", "directory", "proc/self/planted"])
            Assert.Equal("409 path_in_the_way", await RefusalAsync(lab.Alice.PutAsync($"projects/{id}/files/{path}", new StringContent("x"), Cancel)));
        foreach (var path in (string[])[".git/hooks/pre-commit", "sub/.GIT/config", "%2e%2e%2fgit%2fplanted"])
            Assert.Matches("^(400|404|405)", await RefusalAsync(lab.Alice.PutAsync($"projects/{id}/files/{path}", new StringContent("x"), Cancel)));
        await lab.PutAsync(id, "victim", "replaced the link");

        Assert.Equal("untouched", await File.ReadAllTextAsync(victim, Cancel));
        Assert.False(File.Exists(Path.Combine(lab.Data, "planted")));
        Assert.Equal("replaced the link 10001", await lab.AsAgentAsync(id, "echo $(cat victim) $(stat -c %u victim)"));
        Assert.Equal("", await lab.AsAgentAsync(id, "find . -name '.aicli-*'"));
    }

    [Fact]
    public async Task Cannot_upload_more_than_the_limits_allow_nor_leave_a_part_behind()
    {
        var id = await lab.ProjectAsync();
        var five = new byte[5 << 20];
        Assert.Equal("413 too_large", await RefusalAsync(lab.Alice.PutAsync($"projects/{id}/files/big", new ByteArrayContent(five), Cancel)));
        using (var chunked = new StreamContent(new MemoryStream(five)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"projects/{id}/files/big") { Content = chunked };
            request.Headers.TransferEncodingChunked = true;
            Assert.Equal("413 too_large", await RefusalAsync(lab.Alice.SendAsync(request, Cancel)));
        }

        await lab.AsAgentAsync(id, "head -c 22000000 /dev/urandom > filler");
        Assert.Equal("409 project_full", await RefusalAsync(lab.Alice.PutAsync($"projects/{id}/files/big", new ByteArrayContent(five[..(4 << 20)]), Cancel)));
        Assert.Equal(".git filler", await lab.AsAgentAsync(id, "echo $(ls -A)"));
    }

    [Fact]
    public async Task Can_be_deleted_however_deep_or_oddly_named_its_content_is()
    {
        var id = await lab.ProjectAsync();
        var outside = Path.Combine(lab.Data, "outside");
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync(Path.Combine(outside, "kept"), "kept", Cancel);
        await lab.AsAgentAsync(id, $"""
            python3 - <<'END'
            import os
            os.symlink({Quoted(outside)}, 'away'); os.mkfifo('pipe'); os.mkdir('locked'); open('locked/x','w').close(); os.chmod('locked', 0)
            open(b'\xff\xfe\n', 'w').close(); os.mkdir(b'n' * 255)
            for i in range(3000):
                os.mkdir('d'); open('f','w').close(); os.symlink({Quoted(outside)}, 'away2') ; os.chdir('d')
            END
            """, mayFail: true);

        using var deleted = await lab.Alice.DeleteAsync($"projects/{id}", Cancel);

        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(lab.Data, "projects", id.ToString())));
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(outside, "kept"), Cancel));
    }

    [Fact]
    public async Task Can_be_discarded_when_a_hostile_depth_made_it_too_full_to_measure()
    {
        var id = await lab.ProjectAsync();
        await lab.PutAsync(id, "kept", "1");
        await PostAsync(lab.Alice, $"projects/{id}/commit", new { message = "First" });
        await lab.AsAgentAsync(id, "for i in $(seq 400); do mkdir d && cd d; done", mayFail: true);
        Assert.Equal("409 project_full", await RefusalAsync(lab.Alice.PutAsync($"projects/{id}/files/more", new StringContent("x"), Cancel)));

        await PostAsync(lab.Alice, $"projects/{id}/discard", new { });

        Assert.Equal(".git kept", await lab.AsAgentAsync(id, "echo $(ls -A)"));
    }

    [Fact]
    public void Cannot_open_devices_even_where_one_was_planted()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Making a device needs root.");
        var folder = Directory.CreateTempSubdirectory("aicli-test-").FullName;
        using (var made = System.Diagnostics.Process.Start("mknod", [Path.Combine(folder, "null"), "c", "1", "3"]))
        {
            made.WaitForExit();
        }

        using var beneath = BeneathFolder.Open(folder);
        Assert.Null(beneath.Read(BeneathPath.Parse("null")!));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("./a")]
    [InlineData(".git")]
    [InlineData("a/.git/config")]
    [InlineData(".GIT/config")]
    [InlineData("a\0b")]
    public void Refuses_paths_that_are_not_plainly_inside(string path) => Assert.Null(BeneathPath.Parse(path));

    [Fact]
    public void Refuses_paths_that_are_no_text_or_too_long()
    {
        Assert.Null(BeneathPath.Parse("a\ud800"));
        Assert.Null(BeneathPath.Parse(new string('n', 256)));
        Assert.Null(BeneathPath.Parse(string.Join('/', Enumerable.Repeat(new string('n', 200), 21))));
        Assert.NotNull(BeneathPath.Parse(new string('n', 255)));
    }

    // For tests that only read: one project serves them all.
    private Task<Guid> SharedAsync() => lab.Shared ??= PlantedAsync();

    private async Task<Guid> PlantedAsync()
    {
        var id = await lab.ProjectAsync();
        await lab.AsAgentAsync(id, $"""
            ln -s /etc/hostname link; ln -s /etc folder; ln -s plain inside; mkfifo pipe; mkdir directory; echo plain > plain; ln plain hard
            ln -s /proc proc; printf abcdef > 'directory/한글 <&>.html'; mkdir -p nested/.git; echo x > nested/.git/config
            printf '' > $'\xff\xfe'
            python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
            """);
        return id;
    }

    private static string Quoted(string text) => $"'{text}'";
}
