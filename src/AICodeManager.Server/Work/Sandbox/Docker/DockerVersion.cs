using System.Globalization;
using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>The version of the API that is spoken with an engine.</summary>
/// <param name="Minor">The 41 of 1.41.</param>
/// <param name="Engine">The engine's own version, for people.</param>
internal sealed record DockerVersion(int Minor, string Engine)
{
    // 1.41 (20.10) has all that is asked for; 1.47 (27.x) is the newest whose changes were read. Engine 29 refuses
    // versions below 1.44, so neither end can be pinned.
    private const int Oldest = 41;
    private const int Newest = 47;

    public string Api => $"1.{Minor}";

    /// <exception cref="SandboxException"><c>engine_unavailable</c>: no version suits both.</exception>
    public static DockerVersion Choose(JsonNode? answer)
    {
        var (least, most) = (MinorOf(answer?["MinAPIVersion"]) ?? 0, MinorOf(answer?["ApiVersion"]) ?? 0);
        var chosen = Math.Min(most, Newest);
        return chosen >= Math.Max(least, Oldest)
            ? new DockerVersion(chosen, (string?)answer?["Version"] ?? "unknown")
            : throw new SandboxException("engine_unavailable",
                $"The Docker engine speaks API 1.{least} to 1.{most}; accepted are 1.{Oldest} to 1.{Newest}.");
    }

    private static int? MinorOf(JsonNode? version) =>
        ((string?)version)?.Split('.') is ["1", var minor] && int.TryParse(minor, NumberStyles.None, null, out var number) ? number : null;
}
