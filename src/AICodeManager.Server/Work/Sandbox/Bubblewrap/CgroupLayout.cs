namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>
/// Where this host keeps the control groups that limit memory, processes and processor time, and under which names:
/// version 2 has one tree (kernel: admin-guide/cgroup-v2), version 1 one for each controller (admin-guide/cgroup-v1).
/// </summary>
/// <param name="Unified">Version 2.</param>
/// <param name="Parents">Folder in which groups are made, by controller; one folder under all three names in version 2.</param>
internal sealed record CgroupLayout(bool Unified, IReadOnlyDictionary<string, string> Parents)
{
    public static readonly IReadOnlyList<string> Controllers = ["memory", "pids", "cpu"];

    /// <summary>Reads where the trees are mounted.</summary>
    /// <param name="mountInfo">Text of <c>/proc/self/mountinfo</c> (proc(5)).</param>
    /// <param name="ownGroups">Text of <c>/proc/self/cgroup</c>.</param>
    /// <param name="root">Whether this process may write anywhere in the trees.</param>
    /// <exception cref="SandboxException"><c>limit_unavailable</c>, naming the controllers that are missing.</exception>
    public static CgroupLayout Find(string mountInfo, string ownGroups, string parent, bool root)
    {
        var parents = new Dictionary<string, string>();
        string? unified = null;
        foreach (var line in mountInfo.Split('\n'))
        {
            if (line.Split(" - ", 2) is not [var left, var right] || left.Split(' ') is not [_, _, _, _, var point, ..]
                || right.Split(' ') is not [var type, _, var options])
                continue;
            if (type == "cgroup2")
                unified = point;
            else if (type == "cgroup")
                foreach (var controller in options.Split(',').Intersect(Controllers))
                    parents[controller] = Path.Combine(Base(point, controller, ownGroups, root), parent);
        }

        if (parents.Count == 0 && unified is not null)
            return new CgroupLayout(true, Controllers.ToDictionary(name => name, _ => Path.Combine(Base(unified, "", ownGroups, root), parent)));
        var missing = Controllers.Where(controller => !parents.ContainsKey(controller)).ToList();
        return missing.Count == 0
            ? new CgroupLayout(false, parents)
            : throw new SandboxException("limit_unavailable", $"This host has no control groups for: {string.Join(", ", missing)}.");
    }

    // Without root's rights only what was delegated can be written: the group that holds this process's own.
    private static string Base(string point, string controller, string ownGroups, bool root)
    {
        if (root)
            return point;
        foreach (var line in ownGroups.Split('\n'))
        {
            if (line.Split(':', 3) is [_, var names, var path] && (controller.Length == 0 ? names.Length == 0 : names.Split(',').Contains(controller)))
                return Path.Join(point, path.Length > 1 && controller.Length == 0 ? Path.GetDirectoryName(path) : path);
        }

        return point;
    }
}
