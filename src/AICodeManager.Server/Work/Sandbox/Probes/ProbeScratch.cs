namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>A folder for the probes' canaries: outside the data folder, because every user must be able to enter its path.</summary>
public sealed class ProbeScratch : IDisposable
{
    public ProbeScratch() =>
        File.SetUnixFileMode(
            Folder,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    public string Folder { get; } = Directory.CreateTempSubdirectory("aicli-probes-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
