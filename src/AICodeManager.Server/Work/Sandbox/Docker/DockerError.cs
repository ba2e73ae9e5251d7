using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>Turns what the engine answers, or that it does not, into the reasons this room knows.</summary>
internal static class DockerError
{
    /// <summary>Whether the fault means that the engine did not answer, rather than that the caller gave up.</summary>
    public static bool IsAway(Exception fault, CancellationToken cancel) => fault switch
    {
        OperationCanceledException => !cancel.IsCancellationRequested,
        HttpRequestException or IOException or SocketException or JsonException => true,
        _ => false,
    };

    public static SandboxException Away(Exception fault) => new("engine_unavailable", fault switch
    {
        OperationCanceledException => "The Docker engine did not answer in time.",
        HttpRequestException { InnerException: SocketException socket } => $"The Docker engine cannot be reached: {socket.SocketErrorCode}.",
        _ => "The connection to the Docker engine was lost.",
    }, fault);

    public static SandboxException Refused(HttpStatusCode status, string body)
    {
        var text = MessageOf(body);
        var code = text switch
        {
            _ when text.Contains("no space left on device", StringComparison.OrdinalIgnoreCase) => "disk_full",
            _ when status == HttpStatusCode.NotFound && text.Contains("No such image", StringComparison.OrdinalIgnoreCase) => "image_missing",
            _ when (int)status >= 500 && !IsAboutTheContainer(text) => "engine_unavailable",
            _ => "start_failed",
        };
        return new SandboxException(code, code == "image_missing"
            ? "The Docker engine does not have the workspace image. Build it with deploy/workspace/build."
            : $"The Docker engine refused ({(int)status}): {HostText.Clean(text)}") { Answer = status };
    }

    // The engine answers 500 also where the runtime could not start the command: that is no outage.
    private static bool IsAboutTheContainer(string text) =>
        text.Contains("OCI runtime", StringComparison.OrdinalIgnoreCase) || text.Contains("mount", StringComparison.OrdinalIgnoreCase);

    private static string MessageOf(string body)
    {
        try
        {
            return (string?)JsonNode.Parse(body)?["message"] ?? body;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return body;
        }
    }
}
