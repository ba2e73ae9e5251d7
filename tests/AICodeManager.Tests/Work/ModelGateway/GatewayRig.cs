using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Work.ModelGateway;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Work.ModelGateway;

/// <summary>A scripted model, a gateway in front of it, and a client on the gateway's socket: all real, all in this process.</summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    public const string Key = "sk-ant-REAL-KEY-0123456789";
    public const string Token = "task-token-1";
    public const string Model = "claude-test";

    /// <summary>1 µ$ a prompt token, 10 µ$ an output token.</summary>
    public static readonly Dictionary<string, ModelPrice> Prices = new()
    {
        [Model] = new ModelPrice { Input = 1, Output = 10, CacheWrite = 1, ContextTokens = 100_000 },
    };

    private readonly HttpClient client;
    private string dialled;

    private GatewayRig(ScriptedModelServer? model, GatewayHost host, GatewayDoor door, TestLedger ledger, string folder)
    {
        (Upstream, Host, Door, Ledger, Folder, dialled) = (model, host, door, ledger, folder, folder);
        client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) => new NetworkStream(await ConnectAsync(cancel), ownsSocket: true),
        });
    }

    public ScriptedModelServer? Upstream { get; }

    public ScriptedModelServer Scripted => Upstream!;

    public GatewayHost Host { get; }

    public GatewayDoor Door { get; }

    public TestLedger Ledger { get; }

    public string Folder { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<GatewayRig> StartAsync(ScriptAnswer answer, TestLedger? ledger = null, Func<GatewayOptions, GatewayOptions>? with = null, bool serverTools = false) =>
        StartAsync(ModelScript.Always(answer) with { RequireKey = Key }, ledger, with, serverTools);

    public static async Task<GatewayRig> StartAsync(
        ModelScript script, TestLedger? ledger = null, Func<GatewayOptions, GatewayOptions>? with = null, bool serverTools = false)
    {
        var model = await ScriptedModelServer.StartAsync(script, Cancel);
        return await OpenAsync(model, model.BaseAddress, ledger, with, serverTools);
    }

    /// <summary>Without a scripted model behind it.</summary>
    public static Task<GatewayRig> StartAsync(Uri upstream, TestLedger? ledger = null) => OpenAsync(null, upstream, ledger, null, false);

    public static JsonObject Call(long maxTokens = 2_000, bool stream = true) => new()
    {
        ["model"] = Model,
        ["max_tokens"] = maxTokens,
        ["stream"] = stream,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hello" }),
    };

    public static HttpRequestMessage Post(string body, string path = "/v1/messages?beta=true", string? token = Token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://gateway.invalid" + path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return request;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

    public Task<HttpResponseMessage> SendAsync(JsonObject body, string path = "/v1/messages?beta=true") =>
        SendAsync(Post(body.ToJsonString(), path));

    /// <summary>Sends and reads to the end; the answer's whole text, headers first.</summary>
    public async Task<(int Status, string Everything)> ReadAsync(HttpRequestMessage request)
    {
        using var answer = await SendAsync(request);
        return ((int)answer.StatusCode, $"{answer.Headers}{answer.Content.Headers}\n{await answer.Content.ReadAsStringAsync(Cancel)}");
    }

    /// <summary>Reads as far as <paramref name="text"/>, lets the upstream go on, and reads to the end.</summary>
    public async Task<(int Status, string Everything)> ReadAsync(JsonObject body, string text, string release)
    {
        using var answer = await SendAsync(body);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        var all = new StringBuilder();
        while (await lines.ReadLineAsync(Cancel) is { } line)
        {
            all.Append(line).Append('\n');
            if (line.Contains(text, StringComparison.Ordinal))
                Scripted.Release(release);
        }

        return ((int)answer.StatusCode, all.ToString());
    }

    /// <summary>Through another door than the rig's own.</summary>
    public Task<(int Status, string Everything)> ReadAsync(JsonObject body, string folder)
    {
        dialled = folder;
        return ReadAsync(body);
    }

    public Task<(int Status, string Everything)> ReadAsync(JsonObject body) => ReadAsync(Post(body.ToJsonString()));

    public async Task<Socket> ConnectAsync(CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(dialled, "model.sock")), cancel);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Door.DisposeAsync();
        Host.Dispose();
        if (Upstream is not null)
            await Upstream.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task<GatewayRig> OpenAsync(
        ScriptedModelServer? model, Uri upstream, TestLedger? ledger, Func<GatewayOptions, GatewayOptions>? with, bool serverTools)
    {
        ledger ??= new TestLedger();
        var options = new GatewayOptions { Upstream = upstream, ApiKey = new Secret(Key), Prices = Prices };
        var host = new GatewayHost(with?.Invoke(options) ?? options, TimeProvider.System, NullLogger<GatewayHost>.Instance);
        var folder = Directory.CreateTempSubdirectory("gw").FullName;
        var door = await host.OpenAsync(new GatewayLease(folder, new Secret(Token).Hash(), ledger, "test", serverTools), Cancel);
        return new GatewayRig(model, host, door, ledger, folder);
    }
}
