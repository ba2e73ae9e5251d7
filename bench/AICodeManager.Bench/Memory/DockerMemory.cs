using System.Net.Sockets;
using System.Text.Json;

namespace AICodeManager.Bench.Memory;

/// <summary>Memory of one server's containers as <c>docker stats</c> counts it (Engine API, <c>containers/{id}/stats</c>).</summary>
internal sealed class DockerMemory(string instance) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync })
    {
        BaseAddress = new Uri("http://docker/v1.41/"), Timeout = TimeSpan.FromSeconds(10),
    };

    public async Task<long> BytesAsync(CancellationToken cancel)
    {
        var filters = Uri.EscapeDataString(JsonSerializer.Serialize(new { label = new[] { $"aicli.instance={instance}" } }));
        var containers = await GetAsync($"containers/json?filters={filters}", cancel);
        var sum = 0L;
        foreach (var container in containers?.EnumerateArray() ?? default)
        {
            var stats = await GetAsync($"containers/{container.GetProperty("Id").GetString()}/stats?stream=false&one-shot=true", cancel);
            sum += Used(stats);
        }

        return sum;
    }

    public void Dispose() => http.Dispose();

    // A container that ended meanwhile answers without figures, with nothing, or 404.
    private static long Used(JsonElement? stats)
    {
        if (stats is not { } given || !given.TryGetProperty("memory_stats", out var memory) || !memory.TryGetProperty("usage", out var usage))
            return 0;
        var details = memory.GetProperty("stats");
        var idle = details.TryGetProperty("total_inactive_file", out var v1) ? v1 : details.GetProperty("inactive_file");
        return usage.GetInt64() - idle.GetInt64();
    }

    private async Task<JsonElement?> GetAsync(string path, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(path, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode && text.Length > 0 ? JsonElement.Parse(text) : null;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = Environment.GetEnvironmentVariable("DOCKER_HOST") ?? "unix:///var/run/docker.sock";
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(host["unix://".Length..]), cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
