using System.Runtime.InteropServices;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>Which user sandboxes run as, and how folders become that user's.</summary>
public static partial class SandboxOwner
{
    /// <summary>The user id of sandboxes when the server is root.</summary>
    public const int Default = 10001;

    /// <summary>A server that is not root cannot give files away: its sandboxes then run as its own user.</summary>
    public static int UserId => geteuid() == 0 ? Default : (int)geteuid();

    /// <summary>Makes a file or folder (not what is in it) the sandbox user's. Links are not followed.</summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Give(string path, SandboxProfile profile)
    {
        if (geteuid() == 0 && lchown(path, (uint)profile.UserId, (uint)profile.UserId) != 0)
        {
            throw new IOException($"A folder could not be given to the sandbox user (errno {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lchown(string path, uint owner, uint group);
}
