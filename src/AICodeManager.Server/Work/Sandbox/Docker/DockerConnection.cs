using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>
/// Docker's Engine API over its Unix socket, in a version that both sides speak (https://docs.docker.com/engine/api/).
/// Every exchange is bounded in time; only the bodies of <see cref="OpenAsync"/> and <see cref="HijackAsync"/> may last.
/// </summary>
internal sealed class DockerConnection(string socketPath, TimeProvider time) : IDisposable
{
    /// <summary>Longest that an ordinary call may take.</summary>
    public static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    private readonly HttpClient http = new(Handler(socketPath, static _ => { })) { Timeout = Timeout.InfiniteTimeSpan, BaseAddress = new Uri("http://docker") };
    private volatile DockerVersion? version;

    /// <summary>Sends a request and reads the JSON answer; null where there is none.</summary>
    /// <exception cref="SandboxException">The engine is away, or refused (see <see cref="DockerError"/>).</exception>
    public async Task<JsonNode?> CallAsync(HttpMethod method, string path, JsonNode? body, TimeSpan limit, CancellationToken cancel)
    {
        using var bounded = new Deadline(limit, time, cancel);
        try
        {
            using var request = await RequestAsync(method, path, body, bounded.Token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, bounded.Token);
            var text = await response.Content.ReadAsStringAsync(bounded.Token);
            if (!response.IsSuccessStatusCode && (int)response.StatusCode != 304)
                throw DockerError.Refused(response.StatusCode, text);
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (Exception fault) when (DockerError.IsAway(fault, cancel))
        {
            throw DockerError.Away(fault);
        }
    }

    /// <summary>Opens an answer whose body is read as it comes; the time limit ends with its headers.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        using var bounded = new Deadline(CallLimit, time, cancel);
        try
        {
            using var request = await RequestAsync(method, path, null, bounded.Token);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bounded.Token);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw DockerError.Refused(response.StatusCode, await response.Content.ReadAsStringAsync(bounded.Token));
        }
        catch (Exception fault) when (DockerError.IsAway(fault, cancel))
        {
            throw DockerError.Away(fault);
        }
    }

    /// <summary>Turns a request into a two-way stream, as <c>attach</c> does.</summary>
    public async Task<DockerHijack> HijackAsync(string path, CancellationToken cancel)
    {
        Socket? socket = null;
        var own = new HttpMessageInvoker(Handler(socketPath, opened => socket = opened));
        using var bounded = new Deadline(CallLimit, time, cancel);
        try
        {
            using var request = await RequestAsync(HttpMethod.Post, path, null, bounded.Token);
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
            var response = await own.SendAsync(request, bounded.Token);
            if ((int)response.StatusCode != 101)
                throw DockerError.Refused(response.StatusCode, await response.Content.ReadAsStringAsync(bounded.Token));
            return new DockerHijack(own, response, await response.Content.ReadAsStreamAsync(bounded.Token), socket!);
        }
        catch (Exception fault) when (DockerError.IsAway(fault, cancel))
        {
            own.Dispose();
            throw DockerError.Away(fault);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>Asks the engine who it is, and settles the version to speak with it.</summary>
    public async Task<DockerVersion> NegotiateAsync(CancellationToken cancel)
    {
        using var bounded = new Deadline(TimeSpan.FromSeconds(5), time, cancel);
        try
        {
            using var response = await http.GetAsync("/version", bounded.Token);
            var text = await response.Content.ReadAsStringAsync(bounded.Token);
            if (!response.IsSuccessStatusCode)
                throw DockerError.Refused(response.StatusCode, text);
            return version = DockerVersion.Choose(JsonNode.Parse(text));
        }
        catch (Exception fault) when (DockerError.IsAway(fault, cancel))
        {
            throw DockerError.Away(fault);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpRequestMessage> RequestAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel)
    {
        var chosen = version ?? await NegotiateAsync(cancel);
        var request = new HttpRequestMessage(method, new Uri($"http://docker/v{chosen.Api}/{path}"));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        return request;
    }

    private static SocketsHttpHandler Handler(string path, Action<Socket> opened) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                opened(socket);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
