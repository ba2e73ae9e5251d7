using System.Runtime.Versioning;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Tests.Ground.Configuration;

[UnsupportedOSPlatform("windows")]
public sealed class SecretsFolderTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    private string Folder => Path.Combine(scene.DataFolder, "secrets");

    [Fact]
    public void Secrets_that_are_given_nowhere_are_made_once_and_kept_privately()
    {
        var first = scene.Load();
        var second = scene.Load();

        Assert.Equal(
            ["bff", "csrf", "database", "jwt", "session"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        Assert.All(Directory.GetFiles(Folder), file => Assert.Equal(Private, File.GetUnixFileMode(file)));
        Assert.Equal(64, first.Settings.Jwt.SecretKey.Length);
        Assert.Equal(first.Settings.Jwt.SecretKey, second.Settings.Jwt.SecretKey);
        Assert.Equal(first.Settings.Session.SecretKey, second.Settings.Session.SecretKey);
        Assert.Equal(first.Settings.Csrf.SecretKey, second.Settings.Csrf.SecretKey);
        Assert.Equal(first.Settings.Database.Encryption.Key, second.Settings.Database.Encryption.Key);
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, "jwt")), first.Settings.Jwt.SecretKey.Reveal());
        Assert.Equal(
            new SortedSet<string>(["jwt.secret_key", "SESSION_SECRET_KEY", "csrf.secret_key", "database.encryption.key", "client_keys.cookie.secret_key"]),
            new SortedSet<string>(first.Notices.Where(notice => notice.Kind == NoticeKind.Generated).Select(notice => notice.Key)));
        Assert.DoesNotContain(second.Notices, notice => notice.Kind == NoticeKind.Generated);
    }

    [Fact]
    public void A_given_secret_is_neither_made_nor_kept()
    {
        scene.With("JWT_SECRET_KEY", Scene.Key('j')).Load();
        Assert.False(File.Exists(Path.Combine(Folder, "jwt")));
    }

    [Theory]
    [InlineData(Private | UnixFileMode.GroupRead)]
    [InlineData(Private | UnixFileMode.OtherRead)]
    [InlineData(Private | UnixFileMode.OtherWrite)]
    public void A_secret_that_others_could_read_or_change_is_refused(UnixFileMode mode)
    {
        scene.Load();
        File.SetUnixFileMode(Path.Combine(Folder, "csrf"), mode);

        var fault = scene.Fault();

        Assert.Equal(("CSRF_SECRET_KEY", "csrf.secret_key"), (fault.Variable, fault.Key));
        Assert.Contains("by other users", fault.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_others_can_enter_is_refused()
    {
        scene.Load();
        File.SetUnixFileMode(Folder, Private | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Assert.All(scene.Faults(), fault => Assert.Contains("chmod 700", fault.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void An_open_folder_gets_no_secrets()
    {
        Directory.CreateDirectory(Folder, Private | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        Assert.Contains("chmod 700", scene.Fault().Problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tooshort")]
    public void A_secret_that_is_too_short_is_refused(string content)
    {
        scene.Load();
        File.WriteAllText(Path.Combine(Folder, "jwt"), content);
        Assert.Contains("fewer than 32 characters", scene.Fault().Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_planted_link_is_neither_read_nor_written_through(bool targetExists)
    {
        scene.Load();
        var target = Path.Combine(scene.Folder, "target");
        if (targetExists)
        {
            File.WriteAllText(target, new string('k', 40));
            File.SetUnixFileMode(target, Private);
        }
        File.Delete(Path.Combine(Folder, "jwt"));
        File.CreateSymbolicLink(Path.Combine(Folder, "jwt"), target);

        Assert.Contains("symbolic link", scene.Fault().Problem, StringComparison.Ordinal);
        Assert.Equal(targetExists, File.Exists(target));
    }

    [Fact]
    public void Whoever_comes_second_takes_the_secret_of_the_first()
    {
        var folder = new SecretsFolder(Folder);
        folder.Create("one");
        var first = folder.Find("one");
        folder.Create("one");

        Assert.Equal(first, folder.Find("one"));
        Assert.Null(folder.Find("another"));
    }

    [Fact]
    public void A_data_folder_that_cannot_be_made_is_a_fault()
    {
        File.WriteAllText(scene.DataFolder, "in the way");
        Assert.Equal("AICLI_DATA", scene.Fault().Variable);
    }
}
