using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class EdgeSettingsTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void Nobody_is_trusted_by_default()
    {
        var edge = scene.Settings().Edge;
        Assert.Equal((0, 0, ForwardedHeader.Either), (edge.TrustedProxies.Count, edge.AllowedHosts.Count, edge.ForwardedHeader));
    }

    [Fact]
    public void Networks_and_hosts_come_from_the_file_or_the_environment()
    {
        scene.File("server:\n  trusted_proxies: [10.0.0.0/8, \"2001:db8::/32\", 127.0.0.1, \"::1\"]\n  forwarded_header: x-forwarded-for\n  allowed_hosts: [a.example]\n")
            .With("AICLI_ALLOWED_HOSTS", "b.example:8443, *.c.example, [2001:db8::7], 192.0.2.7");
        var edge = scene.Settings().Edge;
        Assert.Equal(["10.0.0.0/8", "2001:db8::/32", "127.0.0.1/32", "::1/128"], edge.TrustedProxies.Select(n => n.ToString()));
        Assert.Equal(["b.example:8443", "*.c.example", "[2001:db8::7]", "192.0.2.7"], edge.AllowedHosts);
        Assert.Equal(ForwardedHeader.XForwardedFor, edge.ForwardedHeader);
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10/8")]
    [InlineData("010.0.0.0/8")]
    [InlineData("0x7f.1")]
    [InlineData("::ffff:10.0.0.0/104")]
    [InlineData("fe80::1%eth0")]
    [InlineData("proxy.example")]
    [InlineData("*")]
    public void A_network_that_is_none_or_everybody_is_a_fault(string network) =>
        Assert.StartsWith("server.trusted_proxies", scene.With("AICLI_TRUSTED_PROXIES", network).Fault().Key, StringComparison.Ordinal);

    [Theory]
    [InlineData("*")]
    [InlineData("a.*.example")]
    [InlineData("https://a.example")]
    [InlineData("a.example/x")]
    [InlineData("A.example")]
    [InlineData("a.example:")]
    [InlineData("user@a.example")]
    [InlineData("[::1")]
    public void A_host_that_is_none_is_a_fault(string host) =>
        Assert.StartsWith("server.allowed_hosts", scene.With("AICLI_ALLOWED_HOSTS", host).Fault().Key, StringComparison.Ordinal);

    [Fact]
    public void A_server_that_others_reach_without_names_is_warned_of()
    {
        Assert.Contains(scene.With("AICLI_URLS", "http://0.0.0.0:8080").Load().Notices, n => n is { Kind: NoticeKind.Warning, Key: "server.allowed_hosts" });
        Assert.DoesNotContain(scene.With("AICLI_ALLOWED_HOSTS", "a.example").Load().Notices, n => n.Kind == NoticeKind.Warning);
    }

    [Fact]
    public void Https_without_a_certificate_is_a_fault() =>
        Assert.Equal("AICLI_URLS", scene.With("AICLI_URLS", "https://127.0.0.1:8443").Fault().Variable);

    [Fact]
    public void With_a_certificate_every_address_is_https()
    {
        File.WriteAllText(Path.Combine(scene.Folder, "c.pem"), "");
        scene.File("security:\n  tls:\n    enabled: true\n    cert_file: c.pem\n    key_file: c.pem\n").With("AICLI_URLS", "http://127.0.0.1:1;https://127.0.0.1:2");
        Assert.Equal(["https://127.0.0.1:1", "https://127.0.0.1:2"], scene.Settings().Host.Urls);
    }
}
