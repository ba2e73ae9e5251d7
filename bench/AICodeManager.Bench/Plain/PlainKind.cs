using System.Diagnostics;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Plain;

/// <summary>A way to start the CLI without the server, written down as its documentation would have it.</summary>
/// <param name="Name">For the table.</param>
internal abstract record PlainKind(string Name)
{
    public abstract ProcessStartInfo Command(PlainFolders folders, WorkspaceImage image);

    /// <summary>Ends what the command left running.</summary>
    public virtual Task EndAsync(PlainFolders folders) => Task.CompletedTask;
}
