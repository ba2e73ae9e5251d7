namespace AICodeManager.Bench.Memory;

/// <summary>Memory of one server's bubblewrap sandboxes, from their control groups (kernel: admin-guide/cgroup-v1/memory, cgroup-v2).</summary>
internal sealed class GroupMemory(string instance)
{
    // The server makes its groups below the hierarchy's root, or beside its own where it is not root.
    private readonly string? folder = new[] { "/sys/fs/cgroup/memory", "/sys/fs/cgroup" }
        .Where(Directory.Exists)
        .SelectMany(root => Directory.EnumerateDirectories(root, "aicli", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, IgnoreInaccessible = true }))
        .Select(parent => Path.Combine(parent, instance))
        .FirstOrDefault(Directory.Exists);

    /// <summary>Whether the server's groups were found; they exist once it has run a sandbox.</summary>
    public bool Found => folder is not null;

    public Task<long> BytesAsync(CancellationToken cancel) =>
        Task.FromResult(folder is null ? 0 : Directory.EnumerateDirectories(folder).Sum(Used));

    private static long Used(string group)
    {
        try
        {
            var v2 = File.Exists(Path.Combine(group, "memory.current"));
            var usage = long.Parse(File.ReadAllText(Path.Combine(group, v2 ? "memory.current" : "memory.usage_in_bytes")));
            var idle = File.ReadLines(Path.Combine(group, "memory.stat"))
                .First(line => line.StartsWith(v2 ? "inactive_file " : "total_inactive_file ", StringComparison.Ordinal));
            return usage - long.Parse(idle[(idle.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        }
        catch (IOException)
        {
            // Ended meanwhile.
            return 0;
        }
    }
}
