using System.Diagnostics;

namespace AICodeManager.Server.Ground.Telemetry;

/// <summary>
/// The one source of the server's own spans. Names and tags come from closed sets, but for a request's id; no span holds
/// personal data, a prompt or a value of a statement.
/// </summary>
public static class Tracing
{
    /// <summary>What a collector subscribes to.</summary>
    public const string Name = "AICodeManager";

    /// <summary>Starting a span costs next to nothing while nobody listens: it is null then.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>Says how a span ended: <c>ok</c>, or a word of ours for why not.</summary>
    public static void End(this Activity? span, string outcome)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("aicli.outcome", outcome);
        if (outcome != Outcomes.Ok)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }
}
