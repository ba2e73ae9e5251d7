using System.Text.Json;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>Bounds of one exchange with a provider.</summary>
/// <param name="Patience">For the whole exchange, body included.</param>
/// <param name="MaxBytes">Of an answer's body.</param>
public sealed record BackChannelLimits(TimeSpan Patience, int MaxBytes)
{
    public static readonly BackChannelLimits Default = new(TimeSpan.FromSeconds(10), 256 * 1024);
}

/// <summary>
/// Talks to providers from server to server: bounded in time and size, without cookies, and never following a redirect,
/// which could carry a code or a secret to somebody else.
/// </summary>
public sealed class BackChannel(BackChannelLimits limits) : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // Trace ids are between this server and its collector.
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        // Bounded below, where the body counts too.
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "aicli" } },
    };

    /// <summary>Sends and reads a JSON object of any status below 500.</summary>
    /// <exception cref="ProviderException">No answer in time, a redirect, a fault of the provider, too much, or no JSON object.</exception>
    public async Task<ProviderAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var (status, body) = await ExchangeAsync(request, cancel);
        try
        {
            return new ProviderAnswer(status, JsonElement.Parse(body.Span, Strict));
        }
        catch (JsonException) when (status >= 400)
        {
            // A refusal need not have a readable body; its status says enough.
            return new ProviderAnswer(status, default);
        }
        catch (JsonException wrong)
        {
            throw new ProviderException(ProviderFault.Unacceptable, $"answer {status} is not JSON that is accepted", wrong);
        }
    }

    /// <summary>Sends what is answered by a status alone.</summary>
    /// <exception cref="ProviderException"/>
    public async Task<int> TellAsync(HttpRequestMessage request, CancellationToken cancel) => (await ExchangeAsync(request, cancel)).Status;

    public void Dispose() => http.Dispose();

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> ExchangeAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(limits.Patience);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var status = (int)answer.StatusCode;
            if (status is >= 300 and < 400)
            {
                throw new ProviderException(ProviderFault.Unacceptable, $"answered with a redirect ({status})");
            }

            return status < 500
                ? (status, await ReadAsync(answer.Content, patience.Token))
                : throw new ProviderException(ProviderFault.Unavailable, $"answered with status {status}");
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new ProviderException(ProviderFault.Unavailable, $"no whole answer within {limits.Patience.TotalSeconds:0.#} s", late);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new ProviderException(ProviderFault.Unavailable, "cannot be reached, or broke off", broken);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        // Not what it says of its length: what comes.
        await using var stream = await content.ReadAsStreamAsync(cancel);
        using var body = new MemoryStream();
        var part = new byte[8 * 1024];
        while (await stream.ReadAsync(part, cancel) is > 0 and var read)
        {
            body.Write(part, 0, read);
            if (body.Length > limits.MaxBytes)
            {
                throw new ProviderException(ProviderFault.Unacceptable, $"answered more than {limits.MaxBytes} bytes");
            }
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}

/// <summary>What a provider answered; members of another type than asked for count as absent.</summary>
public readonly record struct ProviderAnswer(int Status, JsonElement Root)
{
    public string? Text(string name) => TextOf(Root, name);

    /// <summary>JSON's <c>true</c> and nothing else.</summary>
    public bool IsTrue(string name) => Root.ValueKind == JsonValueKind.Object && Root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? TextOf(value) : null;

    /// <summary>A string of well-formed text; else null.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a pair of surrogates or broken UTF-8, which only reading finds: a name that was cut short, or an attack.
            return null;
        }
    }
}
