using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>The sandbox, the agent in it, and the models it calls.</summary>
internal static class SandboxChecks
{
    private const decimal HighBudgetUsd = 50m;
    private const long MostMemory = 16L << 30;
    private const int MostProcesses = 4096;

    public static async Task<Finding> ConfinedAsync(CheckScene scene, CancellationToken cancel) =>
        scene.Settings.Host.Sandbox == SandboxChoice.None || (await scene.Sandbox.Value.WaitAsync(cancel)).Engine == "none"
            ? Finding.Fail("AICLI_SANDBOX=none: agents run on this host, unconfined")
            : Finding.Pass("tasks run in a sandbox or not at all");

    public static async Task<Finding> ReadyAsync(CheckScene scene, CancellationToken cancel)
    {
        var sandbox = await scene.Sandbox.Value.WaitAsync(cancel);
        return Finding.When(sandbox.Engine is not null, sandbox.Engine is null ? sandbox.Detail : $"{sandbox.Engine}: {sandbox.Detail}");
    }

    public static async Task<Finding> ProbesAsync(CheckScene scene, CancellationToken cancel)
    {
        var sandbox = await scene.Sandbox.Value.WaitAsync(cancel);
        return sandbox.Engine is null ? Finding.Fail("no sandbox could be tried")
            : sandbox.Engine == "none" ? Finding.Fail("there is no sandbox to be tried")
            : sandbox.Broken is { } broken ? Finding.Fail(broken)
            : Finding.When(sandbox.Probed, sandbox.Probed ? $"{sandbox.Engine}: every attempt to break out failed" : "nobody has tried yet", CheckResult.Warn);
    }

    public static async Task<Finding> AppArmorAsync(CheckScene scene, CancellationToken cancel) =>
        (await scene.Sandbox.Value.WaitAsync(cancel)).Engine is null or "none" ? Finding.Skip("there is no sandbox")
        : Finding.When(scene.Host.AppArmor, scene.Host.AppArmor ? "the kernel enforces profiles" : "this kernel enforces no AppArmor profile: seccomp, namespaces and capabilities hold alone", CheckResult.Warn);

    public static Task<Finding> ProfileAsync(CheckScene scene, CancellationToken cancel)
    {
        var (docker, limits) = (scene.Settings.Docker, scene.Settings.Docker.Resources);
        List<string> odd = [];
        if (docker.Seccomp is { } own)
            odd.Add($"the seccomp profile is {own}, not the one that ships");
        if (limits.MemoryLimit > MostMemory)
            odd.Add($"{limits.MemoryLimit >> 30} GiB of memory");
        if (limits.PidsLimit > MostProcesses)
            odd.Add($"{limits.PidsLimit} processes");
        return Task.FromResult(odd.Count > 0 ? Finding.Warn(string.Join("; ", odd))
            : Finding.Pass($"{limits.MemoryLimit >> 20} MiB, {limits.CpuLimit} CPU, {limits.PidsLimit} processes; the shipped seccomp profile"));
    }

    public static async Task<Finding> AgentAsync(CheckScene scene, CancellationToken cancel) =>
        (await scene.Sandbox.Value.WaitAsync(cancel)).AgentVersion is not { } found
            ? Finding.Warn("there is no workspace image (deploy/workspace/build makes one)")
            : Finding.When(found == PinnedAgent.Version, $"{found} in the image, {PinnedAgent.Version} pinned and tested", CheckResult.Fail);

    public static Task<Finding> BudgetsAsync(CheckScene scene, CancellationToken cancel)
    {
        var budget = scene.Settings.Tasks.DefaultBudgetUsd;
        var free = scene.Settings.ModelGateway.Models.Where(model => model.Value is { Input: 0 } or { Output: 0 }).Select(model => model.Key).ToList();
        return Task.FromResult(free.Count > 0 ? Finding.Warn($"cost nothing, so that no budget ends them: {string.Join(", ", free)}")
            : Finding.When(budget <= HighBudgetUsd, $"a task may spend {budget} US dollars where nobody says otherwise; {scene.Settings.ModelGateway.Models.Count} models have a price", CheckResult.Warn));
    }

    public static Task<Finding> UpstreamAsync(CheckScene scene, CancellationToken cancel)
    {
        var upstream = scene.Settings.Host.AnthropicBaseUrl;
        var safe = upstream.Scheme == "https" || upstream.IsLoopback;
        return Task.FromResult(!safe ? Finding.Fail($"{upstream.GetLeftPart(UriPartial.Authority)}: prompts, code and the API key travel without TLS")
            : Finding.When(scene.Settings.Host.AnthropicApiKey is not null, $"{upstream.GetLeftPart(UriPartial.Authority)}, {(scene.Settings.Host.AnthropicApiKey is null ? "without an API key: only the scripted model answers" : "with a key of the host's")}", CheckResult.Warn));
    }
}
