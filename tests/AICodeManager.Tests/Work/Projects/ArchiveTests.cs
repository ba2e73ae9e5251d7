using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using static AICodeManager.Tests.Work.Projects.ProjectLab;

namespace AICodeManager.Tests.Work.Projects;

public sealed class ArchiveTests(ProjectLab lab) : IClassFixture<ProjectLab>
{
    [Theory]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public async Task Can_import_an_archive_as_the_first_commit(string form)
    {
        byte[] archive = form switch
        {
            "zip" => Zip(("src/한글.txt", "1\n"), (".gitignore", "*.log\n"), ("kept.log", "even what is ignored\n")),
            "tar" => Tar(t => Some(t)),
            _ => GZip(Tar(t => Some(t))),
        };
        var project = await lab.UploadAsync(archive);
        Assert.True(project.GetProperty("state").GetString() == "ready", project.ToString());
        Assert.Equal("archive", project.GetProperty("source").GetProperty("type").GetString());
        var id = project.GetProperty("id").GetGuid();
        Assert.Equal("Imported archive 3 10001", await lab.AsAgentAsync(id, "echo $(git log --format=%s) $(git ls-files | wc -l) $(stat -c %u kept.log)"));
        Assert.Empty((await lab.DiffAsync(id)).GetProperty("files").EnumerateArray());

        static void Some(TarWriter tar)
        {
            Add(tar, TarEntryType.RegularFile, "src/한글.txt", "1\n");
            Add(tar, TarEntryType.RegularFile, ".gitignore", "*.log\n");
            Add(tar, TarEntryType.RegularFile, "kept.log", "even what is ignored\n");
        }
    }

    [Fact]
    public async Task Leaves_out_git_folders_set_user_bits_and_what_is_no_file()
    {
        var project = await lab.UploadAsync(Tar(tar =>
        {
            Add(tar, TarEntryType.RegularFile, ".git/hooks/post-commit", "#!/bin/sh\ntouch /workspace/PWNED\n", (UnixFileMode)0x1ED);
            Add(tar, TarEntryType.RegularFile, ".git/config", "[core]\nfsmonitor = touch /workspace/PWNED\n");
            Add(tar, TarEntryType.RegularFile, "./.git/HEAD", "ref: refs/heads/evil\n");
            Add(tar, TarEntryType.RegularFile, "sub/.git/config", "[core]\nfsmonitor = touch /workspace/PWNED\n");
            Add(tar, TarEntryType.RegularFile, "sub/.GIT/config", "x");
            Add(tar, TarEntryType.RegularFile, "suid", "#!/bin/sh\n", (UnixFileMode)0x9ED /* 04755 */);
            Add(tar, TarEntryType.Directory, "locked/", mode: 0);
            Add(tar, TarEntryType.RegularFile, "locked/inside", "x", 0);
            Add(tar, TarEntryType.Fifo, "pipe");
        }));
        Assert.True(project.GetProperty("state").GetString() == "ready", project.ToString());
        var id = project.GetProperty("id").GetGuid();
        Assert.Equal(
            "main ./locked ./locked/inside ./suid",
            await lab.AsAgentAsync(id, "test ! -u suid; echo $(git branch --show-current) $(find . -mindepth 1 -path ./.git -prune -o -print | sort)"));
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { nameof(TarEntryType.RegularFile), "../../../escaped" },
        { nameof(TarEntryType.RegularFile), "/workspace/../tmp/escaped" },
        { nameof(TarEntryType.SymbolicLink), "link" },
        { nameof(TarEntryType.HardLink), "hard" },
        { nameof(TarEntryType.BlockDevice), "device" },
        { nameof(TarEntryType.CharacterDevice), "device" },
    };

    [Theory, MemberData(nameof(Hostile))]
    public async Task Cannot_be_made_to_write_outside_the_working_copy(string type, string name)
    {
        var kind = Enum.Parse<TarEntryType>(type);
        var project = await lab.UploadAsync(Tar(tar =>
        {
            Add(tar, kind, name, kind == TarEntryType.RegularFile ? "escaped" : null, link: lab.Data);
            if (kind == TarEntryType.SymbolicLink)
            {
                Add(tar, TarEntryType.RegularFile, "link/escaped", "escaped");
                Add(tar, TarEntryType.SymbolicLink, "git", link: ".git");
                Add(tar, TarEntryType.RegularFile, "git/config", "[core]\nfsmonitor = x\n");
            }
        }));

        Assert.Equal("failed archive_unreadable", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
        Assert.False(Directory.Exists(Path.Combine(lab.Data, "projects", project.GetProperty("id").GetString()!)));
        Assert.Empty(Directory.EnumerateFiles(lab.Data, "escaped", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(lab.Data, "uploads")));
    }

    [Fact]
    public async Task An_absolute_name_lands_inside()
    {
        var project = await lab.UploadAsync(Tar(tar => Add(tar, TarEntryType.RegularFile, "/etc/planted", "x")));
        var id = project.GetProperty("id").GetGuid();
        Assert.Equal("etc/planted", await lab.AsAgentAsync(id, "git ls-files"));
    }

    [Fact]
    public async Task Cannot_be_filled_by_a_bomb_of_bytes()
    {
        var project = await lab.UploadAsync(Zip(("bomb", new string('0', 600 << 20 >> 3)), ("bomb2", new string('0', 600 << 20 >> 3))));
        Assert.Equal("failed archive_too_large", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
        Assert.False(Directory.Exists(Path.Combine(lab.Data, "projects", project.GetProperty("id").GetString()!)));
    }

    [Fact]
    public async Task Cannot_be_filled_by_a_bomb_of_files()
    {
        var project = await lab.UploadAsync(GZip(Tar(tar =>
        {
            for (var i = 0; i < 5000; i++)
                Add(tar, TarEntryType.RegularFile, $"d/{i}", "");
        })));
        Assert.Equal("failed archive_too_large", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
    }

    [Theory]
    [InlineData("this is no archive at all")]
    [InlineData("#mtree\n./secret type=file contents=/etc/passwd\n")]
    [InlineData("PK\u0003\u0004 and then nothing of the kind")]
    public async Task Says_so_where_the_upload_is_no_archive(string content)
    {
        var project = await lab.UploadAsync(Encoding.UTF8.GetBytes(content));
        Assert.Equal("failed archive_unreadable", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
    }

    [Fact]
    public async Task Refuses_forms_that_are_too_large_or_incomplete_and_keeps_nothing_of_them()
    {
        Assert.Equal("413 too_large", await SendAsync(new MultipartFormDataContent { Name("x"), Archive(new byte[5 << 20]) }));
        Assert.Equal("400 invalid_input", await SendAsync(new MultipartFormDataContent { Name("x") }));
        Assert.Equal("400 invalid_input", await SendAsync(new MultipartFormDataContent { Name("x"), Archive([]) }));
        Assert.Equal("400 invalid_input", await SendAsync(new MultipartFormDataContent { Archive([1]) }));
        Assert.Equal("400 malformed_body", await SendAsync(new MultipartFormDataContent { Name("x"), Archive([1]), Archive([2]) }));
        Assert.Equal("400 malformed_body", await SendAsync(Typed("--b\r\nContent-Disposition: form-data; name=archive\r\n\r\nxx", "multipart/form-data; boundary=b")));
        Assert.Equal("400 malformed_body", await SendAsync(Typed("", "multipart/form-data")));
        Assert.Equal("415 unsupported_media_type", await SendAsync(Typed("name=x", "application/x-www-form-urlencoded")));
        Assert.Equal("400 malformed_body", await SendAsync(Typed("{\"name\":\"x\",\"other\":1}", "application/json")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(lab.Data, "uploads")));
    }

    private async Task<string> SendAsync(HttpContent content)
    {
        using (content)
        {
            return await RefusalAsync(lab.Alice.PostAsync($"workspaces/{lab.Workspace}/projects", content, Cancel));
        }
    }

    private static StringContent Typed(string body, string type) =>
        new(body) { Headers = { ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type) } };

    private static StringContent Name(string name) => Part(new StringContent(name), "name");

    private static ByteArrayContent Archive(byte[] bytes) => Part(new ByteArrayContent(bytes), "archive");

    private static T Part<T>(T content, string name) where T : HttpContent
    {
        content.Headers.ContentDisposition = new("form-data") { Name = name };
        return content;
    }

    private static byte[] Tar(Action<TarWriter> fill)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            fill(tar);
        }

        return bytes.ToArray();
    }

    private static void Add(
        TarWriter tar, TarEntryType type, string name, string? text = null, UnixFileMode mode = (UnixFileMode)0x1A4, string? link = null)
    {
        var entry = new PaxTarEntry(type, name) { Mode = mode, Uid = 0, Gid = 0 };
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            entry.LinkName = link!;
        if (text is not null)
            entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        tar.WriteEntry(entry);
    }

    private static byte[] GZip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return zipped.ToArray();
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }
}
