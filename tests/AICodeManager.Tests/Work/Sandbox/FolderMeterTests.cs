using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Tests.Work.Sandbox;

public sealed class FolderMeterTests
{
    private static readonly FolderBound Roomy = new(1 << 30, 1_000_000);
    private readonly string folder = Lab.Folder();

    [Fact]
    public void Counts_allocated_bytes_and_every_entry()
    {
        Directory.CreateDirectory(Path.Combine(folder, "a/b"));
        File.WriteAllBytes(Path.Combine(folder, "a/b/full"), new byte[1 << 20]);
        using (var sparse = File.Create(Path.Combine(folder, "sparse")))
            sparse.SetLength(1L << 33);

        var size = Measure(Roomy);

        Assert.Equal((4, false), (size.Files, size.Over));
        Assert.InRange(size.Bytes, 1 << 20, (1 << 20) + 100_000);
    }

    [Fact]
    public void Cannot_be_led_outside_by_links()
    {
        File.CreateSymbolicLink(Path.Combine(folder, "file"), "/proc/kcore");
        Directory.CreateSymbolicLink(Path.Combine(folder, "root"), "/");
        Directory.CreateSymbolicLink(Path.Combine(folder, "self"), ".");

        Assert.Equal(3, Measure(Roomy).Files);
        Assert.Equal(0, FolderMeter.Measure(Path.Combine(folder, "root"), Roomy, Lab.Cancel).Files);
    }

    [Fact]
    public void Stops_as_soon_as_a_bound_is_passed()
    {
        for (var number = 0; number < 200; number++)
            File.WriteAllText(Path.Combine(folder, $"f{number}"), "");

        var size = Measure(new FolderBound(1 << 30, 10));
        Assert.Equal((11, true), (size.Files, size.Over));
    }

    [Fact]
    public void Takes_a_folder_that_is_too_deep_to_measure_as_over()
    {
        Directory.CreateDirectory(Path.Combine(folder, string.Join('/', Enumerable.Repeat("d", FolderMeter.MaxDepth + 1))));

        Assert.True(Measure(Roomy).Over);
    }

    private FolderSize Measure(FolderBound bound) => FolderMeter.Measure(folder, bound, Lab.Cancel);
}
