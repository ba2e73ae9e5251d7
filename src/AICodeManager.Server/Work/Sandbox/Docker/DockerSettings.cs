namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>Where the Docker engine listens and which of its containers are ours.</summary>
/// <param name="SocketPath">The engine's Unix socket.</param>
/// <param name="Instance">Letters, digits and dashes; keeps two servers on one engine from taking each other's sandboxes.</param>
/// <param name="AppArmorProfile">Name of a profile loaded on the engine's host; null leaves the engine's own default.</param>
/// <param name="KeptMebibytes">Output the engine keeps of a durable sandbox; one that writes more is ended. It may use twice that on disk.</param>
public sealed record DockerSettings(string SocketPath, string Instance, string? AppArmorProfile = null, int KeptMebibytes = 256)
{
    private const string DefaultSocket = "/var/run/docker.sock";

    /// <summary>The socket that <c>DOCKER_HOST</c> names, else Docker's usual one.</summary>
    /// <param name="dockerHost">Value of <c>DOCKER_HOST</c>; only <c>unix:///…</c> is accepted, never the network.</param>
    /// <exception cref="FormatException">It is some other address.</exception>
    public static string SocketOf(string? dockerHost) => dockerHost switch
    {
        null or "" => DefaultSocket,
        _ when dockerHost.StartsWith("unix:///", StringComparison.Ordinal) => dockerHost["unix://".Length..],
        _ => throw new FormatException("DOCKER_HOST must be unix:///path/of/the.sock; engines over the network are not supported."),
    };
}
