using System.Net;
using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Server.FrontDoor.Sessions.Risk;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Tests.Ground.Configuration;

namespace AICodeManager.Tests.FrontDoor.Sessions.Risk;

public sealed class RiskAssessmentTests
{
    private const string Chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36";
    private const string NewerChrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
    private const string Safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15";

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Place Seoul = new(37.57, 126.98, "Seoul", "KR");
    private static readonly Place Daejeon = new(36.35, 127.38, "Daejeon", "KR");
    private static readonly Place Osaka = new(34.69, 135.5, "Osaka", "JP");
    private static readonly Place Tokyo = new(35.68, 139.75, "Tokyo", "JP");
    private static readonly Place Incheon = new(37.46, 126.71, "Incheon", "KR");

    private static readonly SessionSecuritySettings Guide = Settings("");
    private static readonly SessionSecuritySettings NoPolicy = Settings("policies: {require_reauthentication_on_ip_change: false}");

    private static readonly SessionContext Session = new(
        IPAddress.Parse("198.51.100.7"), Chrome, Seoul, Start, Start, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), IsApi: false);

    private static readonly RequestContext SameRequest = new(Session.Address, Chrome, Seoul, Start.AddMinutes(1));

    [Fact]
    public void An_unchanged_session_is_no_risk_and_costs_no_memory()
    {
        var equal = SameRequest with { Address = IPAddress.Parse("198.51.100.7"), UserAgent = new string(Chrome) };
        Assert.Same(RiskOutcome.None, RiskAssessment.Judge(Session, equal, Guide));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            RiskAssessment.Judge(Session, equal, Guide);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.200", RiskReasons.AddressChanged, 10)]
    [InlineData("198.51.100.7", "198.51.101.7", RiskReasons.NetworkChanged, 30)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", RiskReasons.AddressChanged, 10)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", RiskReasons.NetworkChanged, 30)]
    [InlineData("198.51.100.7", "::ffff:198.51.100.200", RiskReasons.AddressChanged, 10)]
    [InlineData("::ffff:198.51.100.7", "::ffff:203.0.113.7", RiskReasons.NetworkChanged, 30)]
    [InlineData("::ffff:198.51.100.7", "::1:198.51.100.7", RiskReasons.NetworkChanged, 30)]
    [InlineData("198.51.100.7", "2001:db8::7", RiskReasons.NetworkChanged, 30)]
    [InlineData("127.0.0.1", "::1", RiskReasons.AddressChanged, 10)]
    [InlineData("198.51.100.7", null, RiskReasons.NetworkChanged, 30)]
    [InlineData(null, "198.51.100.7", RiskReasons.NetworkChanged, 30)]
    public void Addresses_are_compared_by_their_networks(string? known, string? now, string code, int score)
    {
        var outcome = RiskAssessment.Judge(
            Session with { Address = Parse(known), Place = null }, SameRequest with { Address = Parse(now) }, NoPolicy);

        Assert.Equal(new RiskReason(code, score), Assert.Single(outcome.Reasons));
        Assert.Equal((score, score == 30 ? RiskAction.Confirm : RiskAction.None), (outcome.Score, outcome.Action));
    }

    [Theory]
    [InlineData("198.51.100.7", "::ffff:198.51.100.7")]
    [InlineData("fe80::1%2", "fe80::1%3")]
    [InlineData(null, null)]
    public void Another_notation_is_no_other_address(string? known, string? now) =>
        Assert.Same(RiskOutcome.None, RiskAssessment.Judge(Session with { Address = Parse(known) }, SameRequest with { Address = Parse(now), Place = Tokyo }, Guide));

    [Fact]
    public void A_newer_version_is_an_update_and_another_browser_ends_the_session()
    {
        AssertOutcome(SameRequest with { UserAgent = NewerChrome }, NoPolicy, RiskAction.None, (RiskReasons.BrowserUpdated, 15));
        AssertOutcome(SameRequest with { UserAgent = Safari }, NoPolicy, RiskAction.End, (RiskReasons.BrowserChanged, 40));
    }

    [Theory]
    [InlineData(Chrome, null)]
    [InlineData(Chrome, "")]
    [InlineData(null, Chrome)]
    [InlineData(" ", "curl/8.5.0")]
    public void A_header_that_comes_or_goes_is_another_program(string? known, string? now) =>
        Assert.Equal(RiskAction.End, RiskAssessment.Judge(Session with { UserAgent = known }, SameRequest with { UserAgent = now }, Guide).Action);

    [Fact]
    public void Two_missing_headers_are_the_same() =>
        Assert.Same(RiskOutcome.None, RiskAssessment.Judge(Session with { UserAgent = null }, SameRequest with { UserAgent = "  " }, Guide));

    [Fact]
    public void Distance_scores_between_far_and_very_far()
    {
        var elsewhere = SameRequest with { Address = IPAddress.Parse("198.51.100.8") };
        AssertOutcome(elsewhere with { Place = Incheon }, Guide, RiskAction.None, (RiskReasons.AddressChanged, 10));
        AssertOutcome(elsewhere with { Place = Daejeon }, Guide, RiskAction.Confirm, (RiskReasons.AddressChanged, 10), (RiskReasons.PlaceFar, 20));
        AssertOutcome(elsewhere with { Place = Osaka }, Guide, RiskAction.Confirm, (RiskReasons.AddressChanged, 10), (RiskReasons.PlaceFar, 20));
        AssertOutcome(elsewhere with { Place = Tokyo }, Guide, RiskAction.SecondFactor, (RiskReasons.AddressChanged, 10), (RiskReasons.PlaceVeryFar, 50));
        AssertOutcome(elsewhere with { Place = Tokyo }, Settings("policies: {force_logout_on_location_change: true}"),
            RiskAction.End, (RiskReasons.AddressChanged, 10), (RiskReasons.PlaceVeryFar, 50));
    }

    [Fact]
    public void An_unknown_place_and_a_check_that_is_off_score_nothing()
    {
        var elsewhere = SameRequest with { Address = IPAddress.Parse("198.51.100.8"), Place = Tokyo };
        AssertOutcome(elsewhere with { Place = null }, Guide, RiskAction.None, (RiskReasons.AddressChanged, 10));
        AssertOutcome(elsewhere, Settings("geo_location_check: false"), RiskAction.None, (RiskReasons.AddressChanged, 10));
        Assert.Equal(10, RiskAssessment.Judge(Session with { Place = null }, elsewhere, Guide).Score);
        Assert.Same(RiskOutcome.None, RiskAssessment.Judge(Session, SameRequest with { UserAgent = Safari }, Settings("device_tracking: false")));
    }

    [Theory]
    [InlineData(15, 15, 0)]
    [InlineData(16, 16, 10)]
    [InlineData(7, 0, 0)]
    [InlineData(8, 0, 5)]
    [InlineData(16, 0, 15)]
    [InlineData(-5, 0, 0)]
    public void Age_and_idleness_score_past_the_half_of_browser_sessions_only(int minute, int lastSeen, int score)
    {
        var session = Session with { LastSeenAt = Start.AddMinutes(lastSeen) };
        var request = SameRequest with { Now = Start.AddMinutes(minute) };

        Assert.Equal((score, RiskAction.None), (RiskAssessment.Judge(session, request, Guide).Score, RiskAssessment.Judge(session, request, Guide).Action));
        Assert.Same(RiskOutcome.None, RiskAssessment.Judge(session with { IsApi = true }, request, Guide));
    }

    [Fact]
    public void Another_network_asks_for_the_password_by_policy_and_for_more_when_more_adds_up()
    {
        var elsewhere = SameRequest with { Address = IPAddress.Parse("203.0.113.7"), Place = Incheon };
        AssertOutcome(elsewhere, Guide, RiskAction.Reauthenticate, (RiskReasons.NetworkChanged, 30));
        AssertOutcome(elsewhere with { Place = Osaka }, Guide, RiskAction.SecondFactor, (RiskReasons.NetworkChanged, 30), (RiskReasons.PlaceFar, 20));
        AssertOutcome(elsewhere with { Place = Tokyo }, Guide, RiskAction.End, (RiskReasons.NetworkChanged, 30), (RiskReasons.PlaceVeryFar, 50));
        AssertOutcome(elsewhere with { UserAgent = NewerChrome, Now = Start.AddMinutes(16) }, Guide, RiskAction.SecondFactor,
            (RiskReasons.NetworkChanged, 30), (RiskReasons.BrowserUpdated, 15), (RiskReasons.SessionOld, 10), (RiskReasons.SessionIdle, 5));
    }

    [Fact]
    public void The_sum_is_at_most_100()
    {
        var everything = new RequestContext(IPAddress.Parse("203.0.113.7"), Safari, Tokyo, Start.AddMinutes(29));
        Assert.Equal((100, RiskAction.End), (RiskAssessment.Judge(Session, everything, Guide).Score, RiskAssessment.Judge(Session, everything, Guide).Action));
    }

    [Fact]
    public void A_score_of_zero_switches_a_check_off_but_not_what_follows_by_policy()
    {
        var settings = Settings("risk: {scores: {network_changed: 0, browser_changed: 0, browser_updated: 0}}");

        AssertOutcome(SameRequest with { Address = IPAddress.Parse("203.0.113.7") }, settings, RiskAction.Reauthenticate, (RiskReasons.NetworkChanged, 0));
        AssertOutcome(SameRequest with { UserAgent = Safari }, settings, RiskAction.End, (RiskReasons.BrowserChanged, 0));
        Assert.Same(RiskOutcome.None, RiskAssessment.Judge(Session, SameRequest with { UserAgent = NewerChrome }, settings));
    }

    [Fact]
    public void Thresholds_and_distances_are_as_configured()
    {
        var settings = Settings("risk: {thresholds: {confirm: 5, second_factor: 10, end: 20}, distances: {far: 10, very_far: 11}}");
        AssertOutcome(SameRequest with { Now = Start.AddMinutes(8) }, settings, RiskAction.Confirm, (RiskReasons.SessionIdle, 5));
        AssertOutcome(SameRequest with { Address = IPAddress.Parse("198.51.100.8") }, settings, RiskAction.SecondFactor, (RiskReasons.AddressChanged, 10));
        AssertOutcome(SameRequest with { Address = IPAddress.Parse("198.51.100.8"), Place = Incheon }, settings, RiskAction.End,
            (RiskReasons.AddressChanged, 10), (RiskReasons.PlaceVeryFar, 50));
    }

    private static void AssertOutcome(RequestContext request, SessionSecuritySettings settings, RiskAction action, params (string, int)[] reasons)
    {
        var outcome = RiskAssessment.Judge(Session, request, settings);
        Assert.Equal(reasons, outcome.Reasons.Select(reason => (reason.Code, reason.Score)));
        Assert.Equal((action, reasons.Sum(reason => reason.Item2)), (outcome.Action, outcome.Score));
    }

    private static IPAddress? Parse(string? address) => address is null ? null : IPAddress.Parse(address);

    private static SessionSecuritySettings Settings(string lines)
    {
        using var scene = new Scene();
        return scene.File(lines.Length == 0 ? "" : $"session:\n  security:\n    {lines}\n").Settings().Session.Security;
    }
}
