using System.Diagnostics;

namespace AICodeManager.Server.Ground.Telemetry;

/// <summary>
/// Which trace a request says that it belongs to (W3C Trace Context, <c>traceparent</c>). Its id is taken, so that a trace
/// goes through from whoever calls; that it is to be recorded is not, for anybody could make this server record everything.
/// What else callers send along (<c>tracestate</c>, <c>baggage</c>) is dropped: it would travel on with every call of ours.
/// </summary>
public sealed class OwnTraceContext : DistributedContextPropagator
{
    private const string Header = "traceparent", NotRecorded = "00";

    // "00-" and 32 digits, "-" and 16 digits, "-" and 2 digits.
    private const int Length = 55;

    public override IReadOnlyCollection<string> Fields { get; } = [Header];

    /// <summary>Nothing of ours is told to anybody.</summary>
    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        (traceId, traceState) = (null, null);
        if (getter is null)
        {
            return;
        }

        getter(carrier, Header, out var one, out var several);
        one ??= several is null ? null : several.Take(2).ToArray() is [var only] ? only : null;
        if (one is { Length: Length } && one.StartsWith("00-", StringComparison.Ordinal) && ActivityContext.TryParse(one, null, out _))
        {
            traceId = string.Concat(one.AsSpan(0, Length - NotRecorded.Length), NotRecorded);
        }
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
