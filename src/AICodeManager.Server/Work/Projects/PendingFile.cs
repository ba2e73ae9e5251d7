using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Work.Projects;

/// <summary>A file being written under a temporary name beside its own; dropped unless it is committed.</summary>
internal sealed class PendingFile(SafeFileHandle folder, byte[] temporary, byte[] name, FileStream content) : IDisposable
{
    private bool kept;

    public FileStream Content => content;

    /// <summary>Puts the file in its place at once; a link that stood there is replaced, not followed.</summary>
    /// <returns>False when a folder stands there.</returns>
    public bool Commit()
    {
        content.Flush(flushToDisk: true);
        content.Dispose();
        switch (Posix.Rename(folder, temporary, folder, name))
        {
            case 0:
                return kept = true;
            case Posix.IsFolder or Posix.NotEmpty or Posix.Exists:
                return false;
            case var error:
                throw new Win32Exception(error);
        }
    }

    public void Dispose()
    {
        content.Dispose();
        if (!kept)
            Posix.Remove(folder, temporary, isFolder: false);
        folder.Dispose();
    }
}
