namespace AICodeManager.Tests.Ground.Configuration;

public sealed class HostileFileTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData("server: &a\n  port: 1\n", "anchors")]
    [InlineData("server:\n  port: &a 1\n", "anchors")]
    [InlineData("csrf: *a\n", "aliases")]
    [InlineData("server:\n  port: !!binary MTI=\n", "tags")]
    [InlineData("server: !evil\n  port: 1\n", "tags")]
    [InlineData("server:\n  port: 1\n---\nserver:\n  port: 2\n", "second document")]
    [InlineData("server:\n\tport: 1\n", "tab")]
    [InlineData("- server\n", "not made of sections")]
    [InlineData("? [a, b]\n: 1\n", "single word")]
    [InlineData("server:\n  port: 1\n  port: 2\n", "stands twice; first on line 2")]
    [InlineData("server: {port: 1", "not valid YAML")]
    [InlineData("%YAML 9.9\n---\nserver: 1\n", "not valid YAML")]
    [InlineData("server:\n  host: \"\\q\"\n", "not valid YAML")]
    public void Yaml_that_a_configuration_does_not_need_is_refused(string file, string problem) =>
        Assert.Contains(scene.File(file).Faults(), fault => fault.Problem.Contains(problem, StringComparison.Ordinal) && fault.Line > 0);

    [Fact]
    public void An_alias_bomb_is_refused_before_it_grows()
    {
        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 30).Select(i =>
            $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.Contains(scene.File(bomb).Faults(), fault => fault.Problem == "aliases are not accepted");
    }

    [Theory]
    [InlineData("[", 20)]
    [InlineData("[", 50_000)]
    [InlineData("{a: ", 20)]
    public void Deep_nesting_is_refused(string opening, int depth) =>
        Assert.Contains("nested deeper", scene.File("server: " + string.Concat(Enumerable.Repeat(opening, depth))).Fault().Problem, StringComparison.Ordinal);

    [Fact]
    public void A_file_of_more_than_1_MiB_is_refused() =>
        Assert.Contains("larger than 1048576 bytes", scene.File(new string('#', (1 << 20) + 1)).Fault().Problem, StringComparison.Ordinal);

    [Fact]
    public void An_endless_device_is_refused() =>
        Assert.Contains("larger than", scene.With("AICLI_CONFIG", "/dev/zero").Fault().Problem, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        File.WriteAllBytes(Path.Combine(scene.Folder, "config.yml"), [0x61, 0x3A, 0x20, 0xFF, 0xFE]);
        Assert.Equal("is not valid UTF-8", scene.Fault().Problem);
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_refused() =>
        Assert.Equal("is a folder", scene.With("AICLI_CONFIG", ".").Fault().Problem);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n...\n")]
    [InlineData("server:\noauth2:\n  # all commented out\n")]
    [InlineData("\uFEFFserver:\n  port: 8080\n")]
    public void An_empty_file_or_section_means_the_defaults(string file) =>
        Assert.Equal(8080, scene.File(file).Settings().Server.Port);
}
