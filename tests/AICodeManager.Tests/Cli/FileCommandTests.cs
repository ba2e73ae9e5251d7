using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.Cli;

public sealed class FileCommandTests
{
    private const string Files = $"/projects/{Some.ProjectId}/files";

    [Fact]
    public async Task Can_list_a_folder()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var list = Some.List(new { path = "src/a b.cs", type = "file", size = 12, modified_at = Some.At });
        api.On($"GET {Files}", list).On($"GET {Files}?path=src%2Fsub", list);

        Assert.Equal(0, await aicli.RunAsync("project", "files", Some.ProjectId));
        Assert.Contains("src/a b.cs  file  12", aicli.Out.ToString());
        Assert.Equal(0, await aicli.RunAsync("project", "files", Some.ProjectId, "src/sub/"));
    }

    [Fact]
    public async Task Can_upload_and_download_bytes_unchanged()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        byte[] bytes = [0, 255, 10, 13, 27];
        var source = aicli.Write("in.bin", "");
        await File.WriteAllBytesAsync(source, bytes, TestContext.Current.CancellationToken);
        api.On($"PUT {Files}/docs/in.bin", null, 204)
            .On($"GET {Files}/docs/in%20%23%3F%25.bin", context => context.Response.Body.WriteAsync(bytes).AsTask());

        Assert.Equal(0, await aicli.RunAsync("project", "upload", Some.ProjectId, source, "docs/"));
        Assert.Equal(bytes, api.Only($"PUT {Files}/docs/in.bin").Body);

        var target = Path.Combine(aicli.Folder, "out.bin");
        Assert.Equal(0, await aicli.RunAsync("project", "download", Some.ProjectId, "docs/in #?%.bin", "-o", target, "--json"));
        Assert.Equal(5, aicli.Document().GetProperty("bytes").GetInt64());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken));

        Assert.Equal(0, await aicli.RunAsync("project", "download", Some.ProjectId, "docs/in #?%.bin", "-o", "-"));
        Assert.Equal(bytes, aicli.RawOut.ToArray());
    }

    [Fact]
    public async Task Cannot_replace_a_file_unless_told_to()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var target = aicli.Write("mine", "mine");
        api.On($"GET {Files}/a", context => context.Response.WriteAsync("theirs"));

        Assert.Equal(2, await aicli.RunAsync("project", "download", Some.ProjectId, "a", "-o", target));
        Assert.Equal("mine", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(0, await aicli.RunAsync("project", "download", Some.ProjectId, "a", "-o", target, "--force"));
        Assert.Equal("theirs", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Cannot_leave_half_a_file_behind()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var target = aicli.Write("whole", "whole");
        api.On($"GET {Files}/a", async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        Assert.Equal(5, await aicli.RunAsync("project", "download", Some.ProjectId, "a", "-o", target, "--force"));

        Assert.Equal("whole", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Directory.GetFiles(aicli.Folder), file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../../../auth/logout")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("")]
    public async Task Cannot_climb_to_another_route_through_a_path(string path)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var file = aicli.Write("f", "x");

        Assert.Equal(2, await aicli.RunAsync("project", "download", Some.ProjectId, path, "-o", Path.Combine(aicli.Folder, "o")));
        Assert.Equal(2, await aicli.RunAsync("project", "upload", Some.ProjectId, file, path));
        Assert.Equal(2, await aicli.RunAsync("project", "discard", Some.ProjectId, path));

        Assert.Empty(api.Seen);
    }

    [Fact]
    public async Task Cannot_upload_what_is_not_there()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("project", "upload", Some.ProjectId, "/nowhere/file"));

        Assert.Contains("There is no file", aicli.Error.ToString());
    }
}
