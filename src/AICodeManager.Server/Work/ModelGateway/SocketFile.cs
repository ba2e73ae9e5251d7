using System.Net.Sockets;
using System.Text;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>The socket's place in the file system.</summary>
internal static class SocketFile
{
    public const string Name = "model.sock";

    /// <summary>What <c>sockaddr_un</c> holds, without the closing zero.</summary>
    private const int LongestPath = 107;

    /// <summary>The path to listen on, with what a killed server left there removed.</summary>
    /// <exception cref="ArgumentException">The folder is missing or its path too long.</exception>
    /// <exception cref="IOException">Somebody listens there, or something else than a socket is in the way.</exception>
    public static string Prepare(string folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder), Name);
        var bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes > LongestPath)
            throw new ArgumentException($"The socket path '{path}' has {bytes} bytes; the system takes at most {LongestPath}. Use a shorter data folder.", nameof(folder));
        if (!Directory.Exists(folder))
            throw new ArgumentException($"The socket folder '{folder}' does not exist.", nameof(folder));

        var file = new FileInfo(path);
        if (!file.Exists)
            return path;
        if (file.LinkTarget is not null || file.Length > 0)
            throw new IOException($"'{path}' is not a socket; remove it.");
        if (IsAlive(path))
            throw new IOException($"Another gateway listens on '{path}'.");
        file.Delete();
        return path;
    }

    /// <summary>Any user may connect, because the sandbox has a user of its own; the folder decides who sees it.</summary>
    public static void Share(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
    }

    private static bool IsAlive(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
