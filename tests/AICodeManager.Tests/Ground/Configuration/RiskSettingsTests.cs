using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class RiskSettingsTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void The_defaults_are_the_guides()
    {
        var risk = scene.Settings().Session.Security.Risk;

        Assert.Equal([10, 30, 15, 40, 20, 50, 10, 5],
            [risk.AddressChanged, risk.NetworkChanged, risk.BrowserUpdated, risk.BrowserChanged, risk.PlaceFar, risk.PlaceVeryFar, risk.SessionOld, risk.SessionIdle]);
        Assert.Equal((30, 50, 70, 100, 1000), (risk.ConfirmFrom, risk.SecondFactorFrom, risk.EndFrom, risk.FarKm, risk.VeryFarKm));
        Assert.Equal(TimeSpan.FromMinutes(30), risk.StepUpLifetime);
    }

    [Theory]
    [InlineData("scores: {network_changed: 101}", "scores.network_changed")]
    [InlineData("scores: {network_changed: -1}", "scores.network_changed")]
    [InlineData("scores: {netwrok_changed: 1}", "scores.netwrok_changed")]
    [InlineData("thresholds: {confirm: 50}", "thresholds.second_factor")]
    [InlineData("thresholds: {end: 49}", "thresholds.end")]
    [InlineData("thresholds: {confirm: 0}", "thresholds.confirm")]
    [InlineData("distances: {far: 1000}", "distances.very_far")]
    [InlineData("step_up_lifetime: 0s", "step_up_lifetime")]
    [InlineData("step_up_lifetime: 25h", "step_up_lifetime")]
    public void What_contradicts_itself_is_a_fault(string lines, string key) =>
        Assert.Equal($"session.security.risk.{key}", scene.File($"session:\n  security:\n    risk:\n      {lines}\n").Fault().Key);

    [Fact]
    public void The_whole_section_is_in_force() =>
        Assert.DoesNotContain(
            scene.File("session:\n  security:\n    geo_location_check: false\n    device_tracking: false\n    risk: {step_up_lifetime: 5m, scores: {place_far: 1}}\n").Load().Notices,
            notice => notice.Kind == NoticeKind.NotYetInForce);
}
