using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AICodeManager.Server.Ground.Telemetry;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Telemetry;

/// <summary>A collector that is away, or takes everything and never answers, costs nothing but its own telemetry.</summary>
public sealed class DeadCollectorTests
{
    private const int Many = 40_000;

    [Theory]
    [InlineData("grpc", true)]
    [InlineData("http/protobuf", false)]
    public async Task Requests_are_served_spans_do_not_pile_up_and_the_server_ends_in_time(string protocol, bool answersNothing)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (!answersNothing)
        {
            listener.Stop();
        }

        var server = await LiveServer.StartAsync(new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}", ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        }, change: TaskLab.OpenGate);
        var client = await server.SignUpAsync();
        Assert.Equal(200, (await client.TryAsync(HttpMethod.Get, "auth/me")).Status);

        // Far more than the queue holds: what is not taken is let go of.
        var spans = Enumerable.Range(0, Many).Select(_ => NewSpan()).ToList();
        GC.Collect();
        Assert.InRange(spans.Count(span => span.TryGetTarget(out _)), 0, Many / 2);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await server.DisposeAsync().AsTask().WaitAsync(patience.Token);
    }

    private static WeakReference<Activity?> NewSpan()
    {
        var span = Tracing.Source.StartActivity("one");
        span.End("ok");
        return new(span);
    }
}
