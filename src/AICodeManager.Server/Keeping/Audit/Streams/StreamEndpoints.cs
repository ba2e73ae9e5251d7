using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary><c>GET /admin/audit/streams</c>: the configured streams and how far behind they are.</summary>
internal static class StreamEndpoints
{
    private const string Current = "current", Behind = "behind", Failing = "failing", Stopped = "stopped";

    // A sender writes its state at least every half minute.
    private static readonly TimeSpan Silent = TimeSpan.FromMinutes(3);

    // One that fails looks again after five minutes at the latest.
    private static readonly TimeSpan SilentWhileFailing = TimeSpan.FromMinutes(12);

    public static async Task<IResult> ListAsync(HttpContext context, Settings settings, StreamStore store, TimeProvider time, CancellationToken cancel)
    {
        var states = (await store.StatesAsync(cancel)).ToDictionary(state => state.Name);
        var now = time.GetUtcNow();
        var views = settings.Audit.Streams.Select(stream => new StreamView(stream, states.GetValueOrDefault(stream.Name), now)).ToList();
        return new Page<StreamView>(views, null).ToResult(context, views.Count);
    }

    /// <param name="Target">Where to; of a webhook only the host, for its address is a secret.</param>
    /// <param name="State"><c>current</c>, <c>behind</c> (sending, more waits), <c>failing</c>, or <c>stopped</c>: no node looks after it.</param>
    /// <param name="LagSeconds">Age of the oldest event that was not sent; 0 where all were.</param>
    private sealed record StreamView(
        string Name, string Type, string Target, string State, long LagSeconds, DateTimeOffset? WaitingSince, long Sent, DateTimeOffset? LastSentAt, long Failures,
        string? LastError, DateTimeOffset? FailedAt, string? Node, DateTimeOffset? CheckedAt)
    {
        public StreamView(AuditStream stream, StreamState? state, DateTimeOffset now)
            : this(
                stream.Name, stream.Type, TargetOf(stream), StateOf(state, now),
                state?.WaitingSince is { } since ? Math.Max(0, (long)(now - since).TotalSeconds) : 0,
                state?.WaitingSince, state?.Sent ?? 0, state?.LastSentAt, state?.Failures ?? 0, state?.LastError, state?.FailedAt, state?.Node, state?.CheckedAt)
        {
        }

        private static string TargetOf(AuditStream stream) => stream switch
        {
            SyslogStream syslog => syslog.Address.ToString(),
            WebhookStream webhook => new Uri(webhook.Target.Url.Reveal()).GetLeftPart(UriPartial.Authority),
            _ => stream.Type,
        };

        private static string StateOf(StreamState? state, DateTimeOffset now) => state switch
        {
            null => Stopped,
            _ when now - state.CheckedAt > (state.Failures == 0 ? Silent : SilentWhileFailing) => Stopped,
            { Failures: > 0 } => Failing,
            { WaitingSince: not null } => Behind,
            _ => Current,
        };
    }
}
