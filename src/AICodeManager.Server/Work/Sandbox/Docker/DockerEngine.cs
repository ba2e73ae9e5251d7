using System.Net;
using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>Sandboxes as containers of a Docker engine (20.10 or newer) that outlive this process where asked to.</summary>
public sealed class DockerEngine(DockerSettings settings, SandboxImage image, SeccompProfile seccomp, TimeProvider time)
    : ISandboxEngine, IDisposable
{
    private readonly DockerConnection docker = new(settings.SocketPath, time);

    public string Name => "docker";

    public bool Durable => true;

    public async Task<EngineStatus> PingAsync(CancellationToken cancel)
    {
        try
        {
            var version = await docker.NegotiateAsync(cancel);
            await DockerLimits.CheckAsync(docker, cancel);
            await docker.CallAsync(HttpMethod.Get, $"images/{Image()}/json", null, TimeSpan.FromSeconds(5), cancel);
            return new EngineStatus(true, $"Docker {version.Engine}, API {version.Api}");
        }
        catch (SandboxException fault)
        {
            return new EngineStatus(false, fault.Message);
        }
    }

    public async Task<ISandbox> StartAsync(SandboxSpec spec, CancellationToken cancel)
    {
        SpecRules.Check(spec);
        var name = ContainerName(spec.Name);
        var body = DockerContainer.Describe(spec, settings, Image(), seccomp);
        cancel.ThrowIfCancellationRequested();

        // Creating takes some 20 ms and must not be broken off: a container whose id nobody learned would be left over.
        JsonNode? created;
        try
        {
            created = await docker.CallAsync(HttpMethod.Post, $"containers/create?name={name}", body, DockerConnection.CallLimit, CancellationToken.None);
        }
        catch (SandboxException fault) when (fault.Answer is null)
        {
            await CleanUpAsync(name);
            throw;
        }

        var id = (string?)created?["Id"] ?? name;
        try
        {
            DockerLimits.CheckWarnings(created?["Warnings"]);
            return await RunAsync(spec, id, cancel);
        }
        catch
        {
            await CleanUpAsync(id);
            throw;
        }
    }

    public async Task<IReadOnlyList<FoundSandbox>> FindAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancel)
    {
        var wanted = new JsonArray($"{DockerContainer.InstanceLabel}={settings.Instance}");
        foreach (var (name, value) in labels)
            wanted.Add($"{DockerContainer.LabelPrefix}{name}={value}");
        return [.. (await ListAsync(wanted, cancel)).Select(Found)];
    }

    public async Task<ISandbox?> AttachAsync(string name, long outputOffset, CancellationToken cancel)
    {
        if (await LookUpAsync(name, cancel) is not { } container || (string?)container["State"] is not ("running" or "exited"))
            return null;
        var id = (string)container["Id"]!;
        DockerHijack? input = null;
        HttpResponseMessage? wait = null;
        try
        {
            if ((string?)container["State"] == "running")
                input = await docker.HijackAsync($"containers/{id}/attach?stream=1&stdin=1", cancel);
            wait = await docker.OpenAsync(HttpMethod.Post, $"containers/{id}/wait?condition=not-running", cancel);
            return new DockerSandbox(docker, time, name, id, input, wait, await OpenLogAsync(id, outputOffset, cancel));
        }
        catch (Exception fault)
        {
            input?.Dispose();
            wait?.Dispose();
            if (fault is SandboxException { Answer: HttpStatusCode.NotFound or HttpStatusCode.Conflict })
                return null;
            throw;
        }
    }

    public async Task RemoveAsync(string name, CancellationToken cancel)
    {
        if (SpecRules.IsName(name))
            await DockerSandbox.RemoveAsync(docker, ContainerName(name), cancel);
    }

    public void Dispose() => docker.Dispose();

    private async Task<ISandbox> RunAsync(SandboxSpec spec, string id, CancellationToken cancel)
    {
        DockerHijack? attached = null;
        HttpResponseMessage? wait = null;
        try
        {
            var streams = spec.Durable ? "stdin=1" : "stdin=1&stdout=1&stderr=1";
            attached = await docker.HijackAsync($"containers/{id}/attach?stream=1&{streams}", cancel);
            wait = await docker.OpenAsync(HttpMethod.Post, $"containers/{id}/wait?condition=next-exit", cancel);
            await docker.CallAsync(HttpMethod.Post, $"containers/{id}/start", null, DockerConnection.CallLimit, cancel);
            var log = spec.Durable ? await OpenLogAsync(id, 0, cancel) : null;
            return new DockerSandbox(docker, time, spec.Name, id, attached, wait, log);
        }
        catch
        {
            attached?.Dispose();
            wait?.Dispose();
            throw;
        }
    }

    private async Task<DockerLog> OpenLogAsync(string id, long outputOffset, CancellationToken cancel) =>
        new(await docker.OpenAsync(HttpMethod.Get, DockerSandbox.LogsOf(id), cancel), outputOffset, (long)settings.KeptMebibytes << 20);

    private async Task CleanUpAsync(string nameOrId)
    {
        try
        {
            await DockerSandbox.RemoveAsync(docker, nameOrId, CancellationToken.None);
        }
        catch (SandboxException)
        {
            // The engine is away; its label tells the next clean-up whose it is.
        }
    }

    private async Task<JsonNode?> LookUpAsync(string name, CancellationToken cancel)
    {
        if (!SpecRules.IsName(name))
            return null;
        var found = await ListAsync(
            new JsonArray($"{DockerContainer.InstanceLabel}={settings.Instance}", $"{DockerContainer.NameLabel}={name}", $"{DockerContainer.DurableLabel}=1"),
            cancel);
        return found.FirstOrDefault();
    }

    private async Task<IEnumerable<JsonNode>> ListAsync(JsonArray labels, CancellationToken cancel)
    {
        var filters = Uri.EscapeDataString(new JsonObject { ["label"] = labels }.ToJsonString());
        var list = await docker.CallAsync(HttpMethod.Get, $"containers/json?all=true&filters={filters}", null, DockerConnection.CallLimit, cancel);
        return list?.AsArray().OfType<JsonNode>() ?? [];
    }

    private static FoundSandbox Found(JsonNode container)
    {
        var labels = container["Labels"]?.AsObject() ?? [];
        return new FoundSandbox(
            (string?)labels[DockerContainer.NameLabel] ?? "",
            (string?)container["State"] == "running",
            labels.Where(label => label.Key.StartsWith(DockerContainer.LabelPrefix, StringComparison.Ordinal))
                .ToDictionary(label => label.Key[DockerContainer.LabelPrefix.Length..], label => (string?)label.Value ?? ""));
    }

    private string ContainerName(string name) => $"aicli-{settings.Instance}-{name}";

    private string Image() => image.DockerReference
        ?? throw new SandboxException("image_missing", "No workspace image is named for Docker. Build it with deploy/workspace/build.");
}
