using System.Net;
using AICodeManager.Server.FrontDoor.Edge;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Tests.FrontDoor.Edge;

public sealed class HostRulesTests
{
    private static readonly IPAddress Stranger = IPAddress.Parse("203.0.113.9");

    [Theory]
    [InlineData("localhost", HostVerdict.Known)]
    [InlineData("LOCALHOST:8080", HostVerdict.Known)]
    [InlineData("app.localhost:3000", HostVerdict.Known)]
    [InlineData("192.0.2.7:8080", HostVerdict.Known)]
    [InlineData("[2001:db8::7]:8080", HostVerdict.Known)]
    [InlineData("app.example.org", HostVerdict.Known)]
    [InlineData("app.example.org:9443", HostVerdict.Known)]
    [InlineData("evil.example", HostVerdict.Unknown)]
    [InlineData("app.example.org.evil.example", HostVerdict.Unknown)]
    [InlineData("evilapp.example.org", HostVerdict.Unknown)]
    [InlineData("x.app.example.org", HostVerdict.Unknown)]
    [InlineData("localhost.", HostVerdict.Unknown)]
    [InlineData("localhost.evil.example", HostVerdict.Unknown)]
    [InlineData("notlocalhost", HostVerdict.Unknown)]
    [InlineData("127.0.0.1.nip.example", HostVerdict.Unknown)]
    [InlineData("0x7f.1", HostVerdict.Unknown)]
    [InlineData("2130706433", HostVerdict.Unknown)]
    [InlineData("127.1", HostVerdict.Unknown)]
    [InlineData("", HostVerdict.Malformed)]
    [InlineData(null, HostVerdict.Malformed)]
    [InlineData("user@localhost", HostVerdict.Malformed)]
    [InlineData("localhost:", HostVerdict.Malformed)]
    [InlineData("localhost:99999", HostVerdict.Malformed)]
    [InlineData("localhost:+80", HostVerdict.Malformed)]
    [InlineData("localhost:80:80", HostVerdict.Malformed)]
    [InlineData(":80", HostVerdict.Malformed)]
    [InlineData("local host", HostVerdict.Malformed)]
    [InlineData("localhost/x", HostVerdict.Malformed)]
    [InlineData("localhost,evil.example", HostVerdict.Malformed)]
    [InlineData("[::1", HostVerdict.Malformed)]
    [InlineData("[::1]x", HostVerdict.Malformed)]
    [InlineData("[fe80::1%25eth0]", HostVerdict.Malformed)]
    [InlineData("[evil.example]", HostVerdict.Malformed)]
    [InlineData("\u0627.example", HostVerdict.Malformed)]
    public void Without_a_list_addresses_and_our_own_names_are_served(string? host, HostVerdict verdict) =>
        Assert.Equal(verdict, new HostRules(EdgeSettings.Default, ["app.example.org"]).Judge(host, overTls: false, Stranger));

    [Theory]
    [InlineData("manager.example.org", true, HostVerdict.Known)]
    [InlineData("manager.example.org:8443", false, HostVerdict.Known)]
    [InlineData("api.example.org:8443", false, HostVerdict.Known)]
    [InlineData("api.example.org", true, HostVerdict.Unknown)]
    [InlineData("tls.example.org", true, HostVerdict.Known)] // its port is the scheme's own
    [InlineData("tls.example.org", false, HostVerdict.Unknown)]
    [InlineData("a.team.example.org", true, HostVerdict.Known)]
    [InlineData("A.B.TEAM.example.org:1", true, HostVerdict.Known)]
    [InlineData("team.example.org", true, HostVerdict.Unknown)]
    [InlineData("evilteam.example.org", true, HostVerdict.Unknown)]
    [InlineData("a.ported.example.org:8443", true, HostVerdict.Known)]
    [InlineData("a.ported.example.org", true, HostVerdict.Unknown)]
    [InlineData("[2001:db8::7]", true, HostVerdict.Known)]
    [InlineData("192.0.2.7", true, HostVerdict.Unknown)]
    [InlineData("localhost", true, HostVerdict.Unknown)]
    [InlineData("app.example.org", true, HostVerdict.Unknown)]
    public void A_list_is_exact(string host, bool overTls, HostVerdict verdict)
    {
        string[] list = ["manager.example.org", "api.example.org:8443", "tls.example.org:443", "*.team.example.org", "*.ported.example.org:8443", "[2001:db8::7]"];
        Assert.Equal(verdict, new HostRules(EdgeSettings.Default with { AllowedHosts = list }, ["app.example.org"]).Judge(host, overTls, Stranger));
    }

    [Theory]
    [InlineData("localhost:8080", "127.0.0.1", HostVerdict.Known)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", HostVerdict.Known)]
    [InlineData("[::1]:8080", "::1", HostVerdict.Known)]
    [InlineData("evil.example", "127.0.0.1", HostVerdict.Unknown)]
    [InlineData("192.0.2.7", "127.0.0.1", HostVerdict.Unknown)]
    [InlineData("127.0.0.1:8080", "192.0.2.9", HostVerdict.Unknown)]
    public void Health_checks_of_this_machine_need_no_entry(string host, string peer, HostVerdict verdict) =>
        Assert.Equal(verdict, new HostRules(EdgeSettings.Default with { AllowedHosts = ["manager.example.org"] }, []).Judge(host, false, IPAddress.Parse(peer)));
}
