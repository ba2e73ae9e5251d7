namespace AICodeManager.Server.Work.Projects;

/// <summary>How much a working copy holds.</summary>
/// <param name="Bytes">Allocated on the disk.</param>
/// <param name="Files">Files, folders and all else.</param>
internal sealed record FolderUsage(long Bytes, long Files)
{
    /// <summary>Adds up, following no links; what lies too deep to be opened by one path counts as full.</summary>
    /// <param name="stopAt">Counting ends with as many files.</param>
    public static FolderUsage Measure(string path, long stopAt)
    {
        using var root = Posix.OpenFolder(path);
        var (bytes, files) = (0L, 0L);
        Stack<byte[]> folders = new([[(byte)'.']]);
        while (folders.TryPop(out var current))
        {
            using var folder = Posix.OpenBeneath(root, current, Posix.ReadOnly | Posix.Folder | Posix.NoFollow, 0, out var error);
            if (folder is null && error == Posix.NameTooLong)
                return new FolderUsage(long.MaxValue, long.MaxValue);
            if (folder is null)
                continue;
            foreach (var name in FolderNames.Of(folder))
            {
                if (++files > stopAt)
                    return new FolderUsage(bytes, files);
                if (Posix.Look(folder, name) is not { } facts)
                    continue;
                bytes += facts.Allocated;
                if (facts.Kind == FileKind.Folder)
                    folders.Push([.. current, (byte)'/', .. name]);
            }
        }

        return new FolderUsage(bytes, files);
    }
}
