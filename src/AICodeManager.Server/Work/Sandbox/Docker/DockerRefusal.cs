using System.Net;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>The engine answered, and said no.</summary>
internal sealed class DockerRefusal(string code, HttpStatusCode status, string message) : SandboxException(code, message)
{
    public HttpStatusCode Status { get; } = status;
}
