using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Runs this room's tools (Git, bsdtar) where a hostile working copy belongs: in a sandbox, a few at a time.</summary>
public sealed class ProjectSandbox(Sandboxes sandboxes, SandboxProfile profile, WorkingCopies copies)
    : IDisposable
{
    private const int AtOnce = 4;
    private static readonly TimeSpan QueueLimit = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim room = new(AtOnce);

    /// <summary>What a tool needs beside the working copy.</summary>
    /// <param name="Script">For <c>/bin/sh</c>; fixed text; what varies comes as arguments.</param>
    internal sealed record Work(Guid Project, string Script, TimeSpan Limit)
    {
        public IReadOnlyList<string> Arguments { get; init; } = [];
        public Access Tree { get; init; }
        public Access Git { get; init; }

        /// <summary>A folder found over its bound only after the work had ended well does not undo it.</summary>
        public bool DoneIsDone { get; init; }

        public IReadOnlyList<SandboxMount> Mounts { get; init; } = [];
        public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
        public byte[]? Input { get; init; }
        public long MaxOutput { get; init; } = 64 * 1024;
    }

    public void Dispose() => room.Dispose();

    /// <exception cref="SandboxException">No sandbox could be started.</exception>
    /// <exception cref="ProjectToolException">All places stayed taken, the time was up, or a folder grew past its bound.</exception>
    internal async Task<ToolRun> RunAsync(Work work, CancellationToken cancel)
    {
        if (!await room.WaitAsync(QueueLimit, cancel))
            throw new ProjectToolException(ProjectToolException.Busy, "Too many projects are being worked on; try again shortly.");
        try
        {
            var spec = new SandboxSpec
            {
                Name = $"project-{Guid.NewGuid():N}",
                Labels = new Dictionary<string, string> { ["project"] = work.Project.ToString("D") },
                Command = ["/bin/sh", "-c", work.Script, "sh", .. work.Arguments],
                Environment = GitEnvironment.With(work.Environment),
                Mounts = Mounts(work),
                Profile = profile with { FileBytes = Math.Max(profile.FileBytes, copies.Bound.Bytes) },
            };
            using var input = work.Input is { } bytes ? new MemoryStream(bytes) : null;
            return Judge(work, await sandboxes.RunAsync(spec, input, work.MaxOutput, work.Limit, cancel));
        }
        finally
        {
            room.Release();
        }
    }

    private SandboxMount[] Mounts(Work work) =>
        [.. copies.Mounts(work.Project, work.Tree, work.Git), .. work.Mounts];

    private static ToolRun Judge(Work work, SandboxRun run)
    {
        if (run.TimedOut)
            throw new ProjectToolException(ProjectToolException.TimedOut, "The work on the project took too long and was ended.");
        return run.Exit.Cause switch
        {
            SandboxEnd.Exited => new ToolRun(run.Exit.ExitCode, run.Output, ToolText.LastLines(run.Error)),
            SandboxEnd.FolderFull when work.DoneIsDone && run.Exit.ExitCode == 0 => new ToolRun(0, run.Output, ToolText.LastLines(run.Error)),
            SandboxEnd.FolderFull => throw new ProjectToolException(ProjectToolException.Full, "The project would grow past its size limit."),
            SandboxEnd.OutOfMemory => throw new ProjectToolException(ProjectToolException.Failed, "The work on the project needed more memory than a sandbox has."),
            SandboxEnd.HostDiskFull => throw new ProjectToolException(ProjectToolException.Lost, "The server's disk has too little room left."),
            _ => throw new ProjectToolException(ProjectToolException.Lost, "The sandbox was lost."),
        };
    }
}
