using System.ComponentModel;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Work.Projects;

/// <summary>
/// Removes a folder whose content is hostile. Links are removed, never followed, and depth costs nothing: a folder
/// found below another is first moved up beside it, so two descriptors and no path suffice however deep it goes.
/// </summary>
internal static class FolderRemoval
{
    /// <param name="path">A folder this server made; nothing happens when it is gone.</param>
    /// <exception cref="IOException">Something could not be removed.</exception>
    public static void Remove(string path)
    {
        if (!Directory.Exists(path))
            return;
        using (var root = Posix.OpenFolder(path))
        {
            Empty(path, root);
        }

        Directory.Delete(path);
    }

    private static void Empty(string path, SafeFileHandle root)
    {
        for (var moved = 0L; ;)
        {
            // A new descriptor each round: what was moved up in the last one must be seen.
            using var round = Posix.OpenFolder(path);
            var found = false;
            foreach (var name in FolderNames.Of(round))
            {
                found = true;
                if (Posix.Remove(root, name, isFolder: false) is 0 or Posix.NoEntry)
                    continue;
                Flatten(root, name, ref moved);
                if (Posix.Remove(root, name, isFolder: true) is not (0 or Posix.NoEntry) and var error)
                    throw new IOException("A folder of the project could not be removed.", new Win32Exception(error));
            }

            if (!found)
                return;
        }
    }

    private static void Flatten(SafeFileHandle root, byte[] name, ref long moved)
    {
        using var folder = OpenInner(root, name);
        foreach (var inner in FolderNames.Of(folder))
        {
            if (Posix.Remove(folder, inner, isFolder: false) is 0 or Posix.NoEntry)
                continue;
            MakeOurs(folder, inner);
            int error;
            do
            {
                // An existing folder of that name that is not empty refuses the move; the next number will do.
                error = Posix.Rename(folder, inner, root, Encoding.ASCII.GetBytes($".removed-{moved++:x}"));
            }
            while (error is Posix.NotEmpty or Posix.Exists or Posix.NotFolder);
            if (error != 0)
                throw new IOException("A folder of the project could not be moved for removal.", new Win32Exception(error));
        }
    }

    private static SafeFileHandle OpenInner(SafeFileHandle root, byte[] name)
    {
        MakeOurs(root, name);
        return Posix.OpenBeneath(root, name, Posix.ReadOnly | Posix.Folder | Posix.NoFollow, 0, out var error)
            ?? throw new IOException("A folder of the project could not be opened for removal.", new Win32Exception(error));
    }

    // An agent may have taken every right from a folder; moving and emptying it needs them back. Root has them anyway.
    private static void MakeOurs(SafeFileHandle parent, byte[] name)
    {
        if (!Posix.IsRoot && Posix.Look(parent, name)?.Kind == FileKind.Folder)
            Posix.PermitFolder(parent, name, 0x1C0 /* 0700 */);
    }
}
