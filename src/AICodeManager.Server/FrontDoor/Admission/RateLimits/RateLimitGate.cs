using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>
/// What limits ask in the admission exchange, and how they judge the answer. All windows of a request are one question:
/// all have room and all are counted, or none is (spec A10, C6).
/// </summary>
public sealed class RateLimitGate(RateLimitTable table, RateLimitRefusals refusals, RateLimitMetrics metrics, NodesSeen nodes, TimeProvider time)
{
    /// <summary>Windows of one request must be counted as one step, and so lie in one shard (docs/decisions/0019).</summary>
    private const string Shard = "limits";

    private readonly LocalWindows alone = new();

    /// <summary>The question of one request.</summary>
    /// <param name="Policies">In the order of the question's windows.</param>
    public sealed record Asked(CountInWindows Question, IReadOnlyList<RateLimitPolicy> Policies, ClientNetwork Network, Guid? UserId);

    /// <summary>The question; null where nothing limits the request.</summary>
    /// <param name="userId">Whose proof it carries: a token, a cookie or a signature that is right; that its session lives is judged beside this.</param>
    public Asked? Ask(HttpContext context, Guid? userId)
    {
        var policies = table.Of(context.GetEndpoint(), userId is not null);
        if (policies.Count == 0)
            return null;
        var network = ClientNetwork.Of(context);
        var windows = new Window[policies.Count];
        for (var i = 0; i < windows.Length; i++)
            windows[i] = policies[i].WindowOf(NameOf(policies[i], network, userId));
        return new(new CountInWindows(Shard, windows), policies, network, userId);
    }

    /// <summary>Judges the answer and tells the client how it stands; null admits.</summary>
    public Refusal? Judge(HttpContext context, Asked asked)
    {
        RateLimitHeaders.Set(context.Response.Headers, asked.Question, asked.Policies);
        if (asked.Question.Counted)
            return null;
        metrics.Refused(asked.Policies[RateLimitHeaders.Tightest(asked.Question)].Name);
        return refusals.Of(asked);
    }

    /// <summary>
    /// While the shared store is away: this node counts by itself, to its share of each limit among the nodes last seen
    /// (spec C6: limits do not vanish with Redis).
    /// </summary>
    public Refusal? JudgeAlone(HttpContext context, Asked asked)
    {
        metrics.CountedAlone();
        var many = nodes.Count;
        RateLimitPolicy[] shares = [.. asked.Policies.Select(policy => policy.ShareOf(many))];
        var question = new CountInWindows(Shard, [.. shares.Select((share, i) => share.WindowOf(asked.Question.Windows[i].Key))]);
        alone.Answer([question], 0, time.GetUtcNow().ToUnixTimeMilliseconds());
        return Judge(context, asked with { Question = question, Policies = shares });
    }

    /// <summary>
    /// Gives back what the strict limit of a route counted, where the request was another site's doing: any page could else use up
    /// the few sign-ins of everybody at its visitor's address. The wider limits keep it.
    /// </summary>
    public async Task ForgiveAsync(Asked asked, ICoordination coordination, CancellationToken cancel)
    {
        Window[] own = [.. asked.Question.Windows.Where((_, i) => asked.Policies[i].Strict)];
        if (!asked.Question.Counted || own.Length == 0)
            return;
        try
        {
            await coordination.ExchangeAsync([new RefundWindows(Shard, own)], cancel);
        }
        catch (CoordinationUnavailableException)
        {
            // It stays counted: too strict for a minute, never too lenient.
        }
    }

    private static string NameOf(RateLimitPolicy policy, ClientNetwork network, Guid? userId) => policy.Scope switch
    {
        RateLimitScope.Everybody => policy.Prefix,
        RateLimitScope.Network => $"{policy.Prefix}{network.Bits:x32}",
        RateLimitScope.User => $"{policy.Prefix}{userId:N}",
        _ => userId is null ? $"{policy.Prefix}{RateLimitPolicy.CallersNetwork}{network.Bits:x32}" : $"{policy.Prefix}u:{userId:N}",
    };
}
