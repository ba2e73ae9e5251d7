using System.Diagnostics;
using System.Text;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copies;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>Working copies are hostile on the way out and, after a backup, on the way in.</summary>
public sealed class CopyTests : IDisposable
{
    private const string Project = "0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    [Fact]
    public async Task What_an_agent_left_comes_back_and_nothing_is_followed()
    {
        var work = Directory.CreateDirectory(folder.File("work")).FullName;
        await File.WriteAllTextAsync(folder.File("outside.txt"), "outside", Cancel);
        await File.WriteAllTextAsync(Path.Combine(work, "run.sh"), "#!/bin/sh\n", Cancel);
        File.SetUnixFileMode(Path.Combine(work, "run.sh"), (UnixFileMode)0b111_101_101);
        await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(work, "a/b/빈 폴더")).Parent!.FullName, "large"), new byte[300_000], Cancel);
        File.CreateSymbolicLink(Path.Combine(work, "secret"), folder.File("outside.txt"));
        Directory.CreateSymbolicLink(Path.Combine(work, "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(work, "round"), ".");
        using (var made = Process.Start("mkfifo", Path.Combine(work, "pipe")))
        {
            await made.WaitForExitAsync(Cancel);
        }

        // A name that is no text, made and looked for as the bytes that it is.
        using (var made = Shell("printf x > \"$(printf 'b\\377d')\"", work))
        {
            await made.WaitForExitAsync(Cancel);
        }

        using var file = new MemoryStream();
        CopyReader reader;
        await using (var records = await FormatTests.RecordsAsync(file))
        {
            reader = new CopyReader(records, $"{Project}/work", _ => { });
            await reader.CopyAsync(work, Cancel);
            await records.CompleteAsync(Cancel);
        }

        Assert.Equal(1, reader.LeftOut);
        await RestoreAsync(file.ToArray());
        var back = folder.File($"projects/{Project}/work");
        Assert.Equal("#!/bin/sh\n", await File.ReadAllTextAsync(Path.Combine(back, "run.sh"), Cancel));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(back, "run.sh")));
        Assert.Equal(300_000, new FileInfo(Path.Combine(back, "a/b/large")).Length);
        Assert.True(Directory.Exists(Path.Combine(back, "a/b/빈 폴더")));
        Assert.Equal(folder.File("outside.txt"), new FileInfo(Path.Combine(back, "secret")).LinkTarget);
        Assert.Equal("..", new FileInfo(Path.Combine(back, "up")).LinkTarget);
        Assert.False(Path.Exists(Path.Combine(back, "pipe")));
        using var found = Shell("test -f \"$(printf 'b\\377d')\"", back);
        await found.WaitForExitAsync(Cancel);
        Assert.Equal(0, found.ExitCode);
        Assert.Equal(["projects"], Directory.EnumerateFileSystemEntries(folder.Path, "projects*").Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("a/../../out")]
    [InlineData("/out")]
    [InlineData("link/out")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task Cannot_lead_out_of_its_place(string path)
    {
        using var file = new MemoryStream();
        await using (var records = await FormatTests.RecordsAsync(file))
        {
            await AddAsync(records, "link", EntryKind.Link, folder.Path);
            await AddAsync(records, "a", EntryKind.Folder, "");
            await AddAsync(records, path, EntryKind.File, "out");
            await records.CompleteAsync(Cancel);
        }

        await Assert.ThrowsAnyAsync<IOException>(() => RestoreAsync(file.ToArray()));
        Assert.False(Path.Exists(folder.File("out")) || Path.Exists(folder.File("projects")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("etc")]
    [InlineData("0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f")]
    [InlineData("0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f/hooks")]
    [InlineData("../work")]
    public async Task Cannot_name_a_place_that_is_none(string place)
    {
        using var file = new MemoryStream();
        await using (var records = await FormatTests.RecordsAsync(file))
        {
            await AddAsync(records, "out", EntryKind.File, "out", place);
            await records.CompleteAsync(Cancel);
        }

        Assert.Equal(BackupDamage.Inconsistent, (await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(file.ToArray()))).Damage);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Cannot_replace_copies_without_being_told()
    {
        Directory.CreateDirectory(folder.File($"projects/{Project}/work"));
        using var place = new CopyPlace(folder.File("projects"), null, replace: false);
        Assert.Throws<RestoreException>(place.RequireRoom);
        using var told = new CopyPlace(folder.File("projects"), null, replace: true);
        told.RequireRoom();
    }

    public void Dispose() => folder.Dispose();

    private async Task RestoreAsync(byte[] file)
    {
        using var place = new CopyPlace(folder.File("projects"), null, replace: true);
        await BackupWalk.RunAsync(new MemoryStream(file), FormatTests.Roots, _ => Task.FromResult<IRecordSink>(new FilesOnly(place)), null, Cancel);
        place.Commit();
    }

    private static Process Shell(string command, string where) => Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = where })!;

    private static Task AddAsync(RecordWriter records, string path, EntryKind kind, string content, string place = $"{Project}/work") => FileCopier.AddAsync(
        records, new FileEntry(place, Encoding.UTF8.GetBytes(path), kind, 0x1A4), new MemoryStream(Encoding.UTF8.GetBytes(content)), Cancel);

    /// <summary>A restore without a database.</summary>
    private sealed class FilesOnly(IFilePlace place) : IRecordSink
    {
        public Task BeginTableAsync(string name, IReadOnlyList<string> columns, CancellationToken cancel) => Task.CompletedTask;

        public Task<long> RowsAsync(ReadOnlyMemory<byte> rows, CancellationToken cancel) => Task.FromResult(0L);

        public Task EndTableAsync(CancellationToken cancel) => Task.CompletedTask;

        public Task BeginFileAsync(FileEntry file, CancellationToken cancel) => place.BeginAsync(file, cancel);

        public Task DataAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => place.DataAsync(content, cancel);

        public Task EndFileAsync(CancellationToken cancel) => place.EndAsync(cancel);
    }
}
