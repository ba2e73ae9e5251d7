using System.Net.Sockets;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>An upgraded connection: frames of output come out of <see cref="Stream"/>, input goes in.</summary>
internal sealed class DockerHijack(HttpMessageInvoker own, HttpResponseMessage response, Stream stream, Socket socket) : IDisposable
{
    public Stream Stream => stream;

    /// <summary>Ends the input while output goes on: a TCP-like half close, which HTTP itself cannot say.</summary>
    public void EndInput()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The engine closed first: there is no input left to end.
        }
    }

    public void Dispose()
    {
        response.Dispose();
        own.Dispose();
    }
}
