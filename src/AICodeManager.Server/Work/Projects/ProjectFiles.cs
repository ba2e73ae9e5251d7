using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Projects;

/// <summary>How writing a file ended.</summary>
public enum FileWrite
{
    Done,

    /// <summary>More bytes than an upload may have.</summary>
    TooLarge,

    /// <summary>The working copy would have grown past its bound.</summary>
    ProjectFull,

    /// <summary>A part of the path is no folder, or the path names one.</summary>
    InTheWay,
}

/// <summary>The files of working copies as the host touches them: only through <see cref="BeneathFolder"/>.</summary>
public sealed class ProjectFiles(ProjectFolders folders, WorkingCopies copies, Settings settings)
{
    /// <summary>Bytes of one upload.</summary>
    public long UploadLimit => settings.Projects.UploadLimit;

    internal (IReadOnlyList<FolderEntry> Entries, bool Truncated)? List(Guid project, BeneathPath path, int limit)
    {
        using var work = Open(project);
        return work.List(path, limit);
    }

    internal FileStream? Read(Guid project, BeneathPath path)
    {
        using var work = Open(project);
        return work.Read(path);
    }

    /// <summary>Writes a whole file or nothing. The caller holds the working copy.</summary>
    internal async Task<FileWrite> WriteAsync(Guid project, BeneathPath path, Stream content, CancellationToken cancel)
    {
        var used = await Task.Run(() => FolderMeter.Measure(folders.Work(project), copies.Bound, cancel), cancel);
        var room = copies.Bound.Bytes - used.Bytes;
        if (used.Over || room <= 0 || used.Files + path.Parts.Count > copies.Bound.Files)
            return FileWrite.ProjectFull;

        using var work = Open(project);
        using var pending = work.Write(path, folders.Owner);
        if (pending is null)
            return FileWrite.InTheWay;
        if (!await BoundedCopy.CopyAsync(content, pending.Content, Math.Min(UploadLimit, room), cancel))
            return room < UploadLimit ? FileWrite.ProjectFull : FileWrite.TooLarge;
        return pending.Commit() ? FileWrite.Done : FileWrite.InTheWay;
    }

    /// <summary>Removes a file or link, no folder. The caller holds the working copy.</summary>
    internal bool Remove(Guid project, BeneathPath path)
    {
        using var work = Open(project);
        return work.Remove(path);
    }

    private BeneathFolder Open(Guid project)
    {
        folders.Reopen(project);
        return BeneathFolder.Open(folders.Work(project));
    }
}
