using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AICodeManager.Tests.Keeping.Telemetry;

/// <summary>
/// A collector that reads what it is sent with OpenTelemetry's own definitions and others' protobuf and gRPC (npm @grpc/grpc-js,
/// @grpc/proto-loader, protobufjs): what arrives there would arrive anywhere.
/// </summary>
public sealed class OtlpReceiver : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly HttpClient http = new();
    private Process? process;
    private JsonElement ports;

    public async ValueTask InitializeAsync()
    {
        var folder = Folder();
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "Run ./test, or: npm ci --prefix tests/otlp-receiver");
        process = Process.Start(new ProcessStartInfo("node", ["server.mjs"])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var complaints = process.StandardError.ReadToEndAsync(Cancel);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var line = await process.StandardOutput.ReadLineAsync(patience.Token);
        ports = JsonElement.Parse(line ?? throw new InvalidOperationException(await complaints));
    }

    /// <param name="protocol"><c>http/protobuf</c> or <c>grpc</c>.</param>
    public Dictionary<string, string> Variables(string protocol) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{ports.GetProperty(protocol == "grpc" ? "grpc" : "http").GetInt32()}",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-collector-key=of%20the%20tests",
        ["OTEL_SERVICE_NAME"] = "tested",
    };

    public Task<IReadOnlyList<JsonElement>> SpansAsync() => ReadAsync("spans");

    public Task<IReadOnlyList<JsonElement>> MetricsAsync() => ReadAsync("metrics");

    /// <summary>One for each report that came: over what, as what, with which key.</summary>
    public Task<IReadOnlyList<JsonElement>> SendersAsync() => ReadAsync("senders");

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        http.Dispose();
    }

    private async Task<IReadOnlyList<JsonElement>> ReadAsync(string what) =>
        [.. (await http.GetFromJsonAsync<JsonElement>(new Uri($"http://127.0.0.1:{ports.GetProperty("http").GetInt32()}/{what}"), Cancel)).EnumerateArray()];

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../otlp-receiver"));
}
