using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Server.Ground.Configuration.Sections;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.FrontDoor.Accounts.Passkeys;

public sealed class PasskeyRulesTests
{
    [Theory]
    [InlineData("manager.example", "https://manager.example", true)]
    [InlineData("Manager.Example:443", "https://manager.example", true)]
    [InlineData("manager.example:8443", "https://manager.example:8443", true)]
    [InlineData("localhost:8080", "http://localhost:8080", true)]
    [InlineData("a.localhost", "http://a.localhost", true)]
    [InlineData("manager.example", "http://manager.example", false)]
    [InlineData("manager.example:8443", "https://manager.example", false)]
    [InlineData("manager.example", "https://manager.example:8443", false)]
    [InlineData("manager.example", "https://manager.example.evil.example", false)]
    [InlineData("manager.example", "https://evil-manager.example", false)]
    [InlineData("manager.example", "https://user@manager.example", false)]
    [InlineData("manager.example", "https://manager.example/", false)]
    [InlineData("manager.example", "HTTPS://MANAGER.EXAMPLE", false)]
    [InlineData("notlocalhost", "http://notlocalhost", false)]
    [InlineData("", "https://", false)]
    [InlineData("manager.example", "null", false)]
    public void The_origin_is_that_of_the_host_over_tls(string host, string origin, bool ours) =>
        Assert.Equal(ours, Rules().IsOurs(origin, new HostString(host)));

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("https://app.example:8443", false)]
    [InlineData("https://manager.example", false)]
    public void Configured_origins_count_alone(string origin, bool ours) =>
        Assert.Equal(ours, Rules("https://app.example").IsOurs(origin, new HostString("manager.example")));

    private static PasskeyRules Rules(params string[] origins) => new(new PasskeySettings { ServerDomain = null, AllowedOrigins = origins });
}
