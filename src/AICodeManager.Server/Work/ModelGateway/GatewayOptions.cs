using AICodeManager.Server.Ground;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>The one upstream, its key, its prices and the limits of a call.</summary>
public sealed record GatewayOptions
{
    public static readonly Uri DefaultUpstream = new("https://api.anthropic.com");

    /// <summary><c>http</c> or <c>https</c>, with or without a path; calls go to <c>{Upstream}/v1/messages</c>.</summary>
    public Uri Upstream { get; init; } = DefaultUpstream;

    /// <summary>Sent upstream as <c>x-api-key</c>. Needed for the default upstream, optional for another.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>The models that may be called, by name. A model that is missing here is refused.</summary>
    public IReadOnlyDictionary<string, ModelPrice> Prices { get; init; } = KnownPrices.Table;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Until the headers of a streamed answer.</summary>
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Until the headers of an answer that is not streamed, which come when it is complete. The CLI asks for such a one after a stream broke.</summary>
    public TimeSpan WholeAnswerTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two chunks. The CLI does not notice a stream that stalls, so this is what ends it.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>A call from its first to its last byte, however lively.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a call waits for money that other calls of its task hold in reserve.</summary>
    public TimeSpan BudgetWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest request body in bytes; the provider itself takes 32 MiB.</summary>
    public int MaxRequestBytes { get; init; } = 32 << 20;

    /// <summary>Calls of one task that run at once; more wait in line.</summary>
    public int MaxConcurrentCalls { get; init; } = 8;

    /// <summary>No model can be reached: the default upstream without a key.</summary>
    public bool LacksKey => ApiKey is null && Upstream.IsAbsoluteUri && Upstream.Host == DefaultUpstream.Host;

    /// <summary>What is wrong with these settings, all of it; empty when they may be used.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Upstream.IsAbsoluteUri || Upstream.Scheme is not ("http" or "https"))
            yield return $"The upstream must be an absolute http or https address such as {DefaultUpstream}.";
        else if (Upstream.UserInfo.Length + Upstream.Query.Length + Upstream.Fragment.Length > 0)
            yield return "The upstream must have no user, query or fragment.";
        else if (ApiKey is not null && Upstream.Scheme == "http" && !Upstream.IsLoopback)
            yield return "The API key would cross the network in clear text: use https, or an http upstream on this machine.";
        if (MaxRequestBytes is < 1024 or > 64 << 20)
            yield return "The largest request must lie between 1 KiB and 64 MiB.";
        if (MaxConcurrentCalls is < 1 or > 64)
            yield return "The concurrent calls of a task must lie between 1 and 64.";
        foreach (var (name, limit) in new[]
        {
            ("connect", ConnectTimeout), ("first byte", FirstByteTimeout), ("whole answer", WholeAnswerTimeout), ("idle", IdleTimeout), ("call", CallTimeout), ("budget wait", BudgetWait),
        })
        {
            if (limit <= TimeSpan.Zero || limit > TimeSpan.FromHours(2))
                yield return $"The {name} time limit must be above zero and at most two hours.";
        }

        foreach (var (model, price) in Prices.Where(p => !p.Value.IsSound))
            yield return $"The price of {model} must be above zero for input and output, with a context of at least 1,000 tokens.";
    }
}
