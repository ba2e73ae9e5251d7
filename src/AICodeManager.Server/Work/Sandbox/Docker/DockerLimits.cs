using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>An engine whose kernel cannot keep a limit drops it with no more than a warning: refuse instead.</summary>
internal static class DockerLimits
{
    private static readonly Dictionary<string, string> Needed = new()
    {
        ["MemoryLimit"] = "memory",
        ["PidsLimit"] = "process",
        ["CpuCfsQuota"] = "processor time",
    };

    /// <exception cref="SandboxException"><c>limit_unavailable</c>, naming what is missing.</exception>
    public static async Task CheckAsync(DockerConnection docker, CancellationToken cancel)
    {
        var info = await docker.CallAsync(HttpMethod.Get, "info", null, TimeSpan.FromSeconds(10), cancel);
        var missing = Needed.Where(limit => (bool?)info?[limit.Key] != true).Select(limit => limit.Value).ToList();
        var options = info?["SecurityOptions"]?.AsArray().Select(option => (string?)option ?? "") ?? [];
        if (!options.Any(option => option.StartsWith("name=seccomp", StringComparison.Ordinal)))
            missing.Add("seccomp");
        if (missing.Count > 0)
            throw new SandboxException("limit_unavailable", $"The Docker engine cannot limit: {string.Join(", ", missing)}.");
    }

    /// <exception cref="SandboxException"><c>limit_unavailable</c>.</exception>
    public static void CheckWarnings(JsonNode? warnings)
    {
        foreach (var warning in warnings?.AsArray().Select(text => (string?)text ?? "") ?? [])
        {
            // Without swap accounting memory is limited still; a host with swap may then lend some of that.
            if (warning.Contains("discarded", StringComparison.OrdinalIgnoreCase) && !warning.Contains("without swap", StringComparison.OrdinalIgnoreCase))
                throw new SandboxException("limit_unavailable", $"The Docker engine dropped a limit: {HostText.Clean(warning)}");
        }
    }
}
