using System.Diagnostics;
using AICodeManager.Server.Ground.Telemetry;
using AICodeManager.Server.Keeping.Telemetry.Export;
using OpenTelemetry.Trace;

namespace AICodeManager.Tests.Keeping.Telemetry;

/// <summary>What callers may say about traces, and what they may not.</summary>
public sealed class TraceContextTests
{
    private const string Right = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public void A_traceparent_is_taken_without_its_wish_to_be_recorded() =>
        Assert.Equal((Right[..^2] + "00", null), Read(Right));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")]
    [InlineData("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01")]
    [InlineData("|4bf92f35.77b34da6_")]
    public void What_is_no_traceparent_begins_a_trace_of_its_own(string? sent) => Assert.Equal((null, null), Read(sent));

    [Fact]
    public void Two_of_them_are_none() => Assert.Equal((null, null), Read(Right, Right));

    [Fact]
    public void Baggage_is_dropped_and_nothing_is_told_to_others()
    {
        var context = new OwnTraceContext();
        Assert.Null(context.ExtractBaggage(null, (object? _, string _, out string? value, out IEnumerable<string>? values) => (value, values) = ("a=b", null)));
        using var activity = new Activity("one").SetBaggage("a", "b").Start();
        context.Inject(activity, null, (_, name, _) => Assert.Fail($"{name} was told"));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Who_begins_elsewhere_is_recorded_by_our_share_whatever_its_mark_says(double ratio, bool recorded)
    {
        var sampler = new OwnSampler(ratio);
        foreach (var flags in Enum.GetValues<ActivityTraceFlags>())
        {
            Assert.Equal(recorded, Records(sampler, new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true)));
        }

        Assert.Equal(recorded, Records(sampler, default));
    }

    [Theory]
    [InlineData(ActivityTraceFlags.Recorded, 0, true)]
    [InlineData(ActivityTraceFlags.None, 1, false)]
    public void Within_the_server_a_span_follows_the_one_above_it(ActivityTraceFlags above, double ratio, bool recorded) =>
        Assert.Equal(recorded, Records(new OwnSampler(ratio), new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), above)));

    private static bool Records(OwnSampler sampler, ActivityContext above) =>
        sampler.ShouldSample(new SamplingParameters(above, ActivityTraceId.CreateRandom(), "one", ActivityKind.Server)).Decision == SamplingDecision.RecordAndSample;

    private static (string? Id, string? State) Read(params string?[] sent)
    {
        new OwnTraceContext().ExtractTraceIdAndState(
            null,
            (object? _, string name, out string? value, out IEnumerable<string>? values) =>
            {
                value = name != "traceparent" ? "evil=1" : sent.Length == 1 ? sent[0] : null;
                values = name == "traceparent" && sent.Length > 1 ? sent.OfType<string>() : null;
            },
            out var id, out var state);
        return (id, state);
    }
}
