using System.Net;
using AICodeManager.Server.FrontDoor.Edge.Proxies;
using AICodeManager.Server.Ground.Configuration.Sections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AICodeManager.Tests.FrontDoor.Edge.Proxies;

/// <summary>
/// Who is calling (spec A19, C11). The facts marked so are those that <c>realclientip-go</c> tests its walk over trusted
/// ranges with, and the address forms of its other strategies; where ours differs, the name of the test says how.
/// </summary>
public sealed class ClientAddressTests
{
    private const string Proxy = "10.0.0.5", Xff = "X-Forwarded-For";

    [Theory] // facts of realclientip-go
    [InlineData("4.4.4.0/24", "4.4.4.4", "3.3.3.3", "2.2.2.2:3384, 3.3.3.3")]
    [InlineData("4.4.4.4", "4.4.4.4", "3.3.3.3", "2.2.2.2:3384, 3.3.3.3")]
    [InlineData("10.0.0.0/8", Proxy, "3.3.3.3", "3.3.3.3, 10.0.0.1")]
    [InlineData("2400:cb00::/32", "2400:cb00::1", "4.4.4.4", "2.2.2.2:3384, 3.3.3.3", "4.4.4.4")]
    [InlineData("10.0.0.0/8", "9.9.9.9", "9.9.9.9", "1.2.3.4, 10.0.0.1")]
    [InlineData("10.0.0.0/8", "9.9.9.9", "9.9.9.9")]
    [InlineData("10.0.0.0/8", Proxy, "4.4.4.4", "2.2.2.2:3384, 3.3.3.3", "4.4.4.4:39333")]
    [InlineData("10.0.0.0/8", Proxy, "2607:f8b0:4004:83f::18", "[2607:f8b0:4004:83f::18]:3838")]
    [InlineData("10.0.0.0/8", Proxy, "188.0.2.128", "3.3.3.3", "4.4.4.4, ::ffff:188.0.2.128")]
    [InlineData("10.0.0.0/8", Proxy, "188.0.2.128", "3.3.3.3", "4.4.4.4,[::ffff:188.0.2.128]:48483")]
    [InlineData("10.0.0.0/8", Proxy, "64:ff9b::bc00:280", "3.3.3.3", "4.4.4.4, 64:ff9b::188.0.2.128")]
    public void X_Forwarded_For_is_walked_from_the_right_past_trusted_proxies(string trusted, string peer, string client, params string[] lines) =>
        Assert.Equal(client, ClientOf([trusted], peer, Headers((Xff, lines))));

    [Theory] // facts of realclientip-go
    [InlineData("For=6.6.6.6", "6.6.6.6", "For=5.5.5.5")]
    [InlineData("Host=blah;For=\"2607:f8b0:4004:83f::18\";Proto=https", "2607:f8b0:4004:83f::18", "host=what;for=6.6.6.6;proto=https")]
    [InlineData("For=\"[2607:f8b0:4004:83f::18]:3393\";Proto=https", "2607:f8b0:4004:83f::18")]
    [InlineData("for=[2607:f8b0:4004:83f::18]:3393", "2607:f8b0:4004:83f::18")]
    [InlineData("For=\"::ffff:bc15:0006\"", "188.21.0.6", "host=what;for=6.6.6.6;proto=https")]
    public void Forwarded_is_walked_alike(string last, string client, params string[] before) =>
        Assert.Equal(client, ClientOf(["10.0.0.0/8"], Proxy, Headers(("Forwarded", [.. before, last]))));

    [Fact] // fact of realclientip-go
    public void Ranges_of_every_kind_are_passed()
    {
        var headers = Headers(("Forwarded",
        [
            "For=99.99.99.99, For=4.4.4.8, For=\"[2607:f8b0:4004:83f::200e]:4747\"",
            "For=2.2.2.2:8883, For=64:ff9b::188.0.2.200, For=3.3.5.5",
        ]));
        Assert.Equal("99.99.99.99", ClientOf(
            ["2.2.2.2/32", "2607:f8b0:4004:83f::200e/128", "3.3.0.0/16", "2001:db7::/64", "4.4.4.0/28", "64:ff9b::bc00:0/112"], "2001:db7::abcd", headers));
    }

    [Theory] // facts of realclientip-go, which then names nobody
    [InlineData("2.2.2.2:3384, 2.2.2.3, 2.2.2.4", "2.2.2.2")]
    [InlineData("nope, 2.2.2.2:3384, 2.2.2.3", "2.2.2.2")]
    [InlineData("::, 2.2.2.2:3384, 2.2.2.3", "2.2.2.2")]
    [InlineData("1.1.1.1, 0.0.0.0", "2.2.2.9")]
    [InlineData("1.1.1.1, nope", "2.2.2.9")]
    [InlineData("1.1.1.1, 7.7.7.7.7", "2.2.2.9")]
    [InlineData("1.1.1.1, ", "2.2.2.9")]
    [InlineData("1.1.1.1, unknown", "2.2.2.9")]
    [InlineData("1.1.1.1, fe80::1%eth0", "2.2.2.9")]
    [InlineData("1.1.1.1, 0x7f.1", "2.2.2.9")]
    [InlineData("1.1.1.1, 010.0.0.1", "2.2.2.9")]
    [InlineData("1.1.1.1, 2130706433", "2.2.2.9")]
    [InlineData("1.1.1.1, 3.3.3.3:x", "2.2.2.9")]
    [InlineData("1.1.1.1, [::1", "2.2.2.9")]
    public void What_a_proxy_says_of_nobody_leaves_the_last_address_that_is_certain(string line, string client) =>
        Assert.Equal(client, ClientOf(["2.2.2.0/24"], "2.2.2.9", Headers((Xff, [line]))));

    [Theory]
    [InlineData("for=unknown")]
    [InlineData("for=_hidden")]
    [InlineData("for=\"_SEVKISEK\"")]
    [InlineData("proto=https")]
    [InlineData("for=1.1.1.1, ")]
    [InlineData("for=1.1.1.1,,")]
    [InlineData("for=\"\"")]
    [InlineData("for=:48485;proto=https")]
    public void A_hidden_client_is_the_proxys_address(string line) =>
        Assert.Equal(Proxy, ClientOf([Proxy], Proxy, Headers(("Forwarded", [line]))));

    [Theory]
    [InlineData("for=\"1.1.1.1, for=2.2.2.2")] // a client that opens a quote would hide what the proxy appends
    [InlineData("for=\"1.1.1.1\\")]
    [InlineData("for=1.1.1.1;for=2.2.2.2")]
    [InlineData("for")]
    [InlineData("=1.1.1.1")]
    [InlineData("f(r=1.1.1.1")]
    [InlineData("for=")]
    [InlineData("for=1.1.1.1 2.2.2.2")]
    [InlineData("for=1.1.1.1\"x\"")]
    [InlineData("for=1.1.1.1;proto=javascript")]
    public void A_Forwarded_that_is_none_is_refused(string line)
    {
        Assert.Equal("forwarded_invalid", RefusalOf([Proxy], Headers(("Forwarded", [line]))));
        Assert.Null(RefusalOf(["192.0.2.1"], Headers(("Forwarded", [line])))); // whom nobody trusts nobody reads
    }

    [Fact]
    public void Headers_that_are_too_long_are_refused()
    {
        Assert.Equal("forwarded_invalid", RefusalOf([Proxy], Headers((Xff, [string.Join(", ", Enumerable.Repeat("1.1.1.1", 33))]))));
        Assert.Equal("forwarded_invalid", RefusalOf([Proxy], Headers((Xff, [.. Enumerable.Repeat(new string('1', 1025), 2)]))));
        Assert.Equal("forwarded_invalid", RefusalOf([Proxy], Headers(("Forwarded", [string.Join(", ", Enumerable.Repeat("for=1.1.1.1", 33))]))));
        Assert.Equal("forwarded_invalid", RefusalOf([Proxy], Headers(("Forwarded", [$"for=1.1.1.1;x={new string('y', 2048)}"]))));
        Assert.Equal("1.1.1.1", ClientOf([Proxy], Proxy, Headers((Xff, [string.Join(",", Enumerable.Repeat("1.1.1.1", 32))]))));
    }

    [Fact]
    public void Nobody_is_trusted_unless_named_not_even_this_machine() =>
        Assert.Equal("127.0.0.1", ClientOf([], "127.0.0.1", Headers((Xff, ["1.1.1.1"]))));

    [Fact]
    public void A_client_cannot_put_itself_past_the_proxy_that_it_reaches()
    {
        // Each proxy appends who asked it; what stands to the left is the client's own invention.
        Assert.Equal("203.0.113.9", ClientOf(["10.0.0.0/8"], Proxy, Headers((Xff, ["127.0.0.1, 10.0.0.1, 203.0.113.9, 10.0.0.2"]))));
        Assert.Equal("203.0.113.9", ClientOf(["10.0.0.0/8"], Proxy, Headers(("Forwarded", ["for=10.0.0.1", "for=203.0.113.9;proto=https"]))));
    }

    [Fact]
    public void Where_both_headers_are_there_they_must_agree()
    {
        var (agreeing, other) = (Headers((Xff, ["1.1.1.1"]), ("Forwarded", ["for=1.1.1.1"])), Headers((Xff, ["1.1.1.1"]), ("Forwarded", ["for=2.2.2.2"])));
        Assert.Equal("1.1.1.1", ClientOf([Proxy], Proxy, agreeing));
        Assert.Equal("forwarded_invalid", RefusalOf([Proxy], other));
        Assert.Equal("2.2.2.2", ClientOf([Proxy], Proxy, other, ForwardedHeader.Forwarded));
        Assert.Equal("1.1.1.1", ClientOf([Proxy], Proxy, other, ForwardedHeader.XForwardedFor));
        Assert.Equal("forwarded_invalid", RefusalOf([Proxy], Headers(("X-Forwarded-Host", ["evil.example"]), ("Forwarded", ["for=2.2.2.2"]))));
        Assert.Equal("forwarded_invalid", RefusalOf([Proxy], Headers((Xff, ["1.1.1.1"]), ("X-Forwarded-Proto", ["https"]), ("Forwarded", ["for=1.1.1.1;proto=http"]))));
    }

    [Theory]
    [InlineData("https", "a.example", "https", "a.example", "1.1.1.1")]
    [InlineData("HTTPS", "a.example:8443", "https", "a.example:8443", "1.1.1.1")]
    [InlineData("https, http", "a.example, inner", "http", "inner", "9.9.9.9, 1.1.1.1")]
    [InlineData("https, http", "a.example, inner", "https", "a.example", "1.1.1.1, 10.0.0.1")]
    [InlineData("https", "a.example", "https", "a.example", "1.1.1.1, 10.0.0.1")]
    public void Scheme_and_host_are_those_that_the_outermost_proxy_was_asked_under(string protos, string hosts, string scheme, string host, string line)
    {
        var claim = Client(["10.0.0.0/8"], Headers((Xff, [line]), ("X-Forwarded-Proto", [protos]), ("X-Forwarded-Host", [hosts]))).Judged.Claim!;
        Assert.Equal((scheme, host), (claim.Scheme, claim.Host));
    }

    [Fact]
    public void Forwarded_tells_scheme_and_host_of_the_same_hop()
    {
        var claim = Client(["10.0.0.0/8"], Headers(("Forwarded", ["for=1.1.1.1;proto=https;host=\"a.example:8443\", for=10.0.0.1;proto=http;host=inner"]))).Judged.Claim!;
        Assert.Equal(("1.1.1.1", "https", "a.example:8443"), (claim.Address.ToString(), claim.Scheme, claim.Host));
    }

    [Fact]
    public void The_request_becomes_the_clients_and_keeps_how_it_came()
    {
        var context = Context("::ffff:10.0.0.5", Headers((Xff, ["203.0.113.9"]), ("X-Forwarded-Proto", ["https"]), ("X-Forwarded-Host", ["a.example"])));
        Assert.Null(Of(["10.0.0.5"]).Settle(context));
        Assert.Equal(("203.0.113.9", "https", "a.example"), (context.Connection.RemoteIpAddress!.ToString(), context.Request.Scheme, context.Request.Host.Value));
        Assert.Equal(new WireAddress("http", new HostString("inner:8080")), WireAddress.Of(context));
    }

    [Fact]
    public void IPv4_within_IPv6_becomes_IPv4_without_any_proxy()
    {
        var context = Context("::ffff:203.0.113.9", Headers((Xff, ["1.1.1.1"])));
        Assert.Null(Of([]).Settle(context));
        Assert.Equal(("203.0.113.9", "inner:8080"), (context.Connection.RemoteIpAddress!.ToString(), context.Request.Host.Value));
        Assert.Null(WireAddress.Of(context));
    }

    [Theory]
    [InlineData("user@a.example")]
    [InlineData("a.example/x")]
    [InlineData("a b")]
    [InlineData("")]
    public void A_host_that_is_none_is_refused(string host) =>
        Assert.Equal("forwarded_invalid", Of([Proxy]).Settle(Context(Proxy, Headers((Xff, ["1.1.1.1"]), ("X-Forwarded-Host", [host]))))?.Code);

    private static ClientAddress Of(string[] trusted, ForwardedHeader header = ForwardedHeader.Either) =>
        new(EdgeSettings.Default with { ForwardedHeader = header, TrustedProxies = [.. trusted.Select(Network)] });

    private static IPNetwork Network(string text) =>
        text.Contains('/') ? IPNetwork.Parse(text) : new IPNetwork(IPAddress.Parse(text), text.Contains(':') ? 128 : 32);

    private static string ClientOf(string[] trusted, string peer, HeaderDictionary headers, ForwardedHeader header = ForwardedHeader.Either)
    {
        var context = Context(peer, headers);
        Assert.Null(Of(trusted, header).Settle(context));
        return context.Connection.RemoteIpAddress!.ToString();
    }

    [Fact]
    public void What_one_header_leaves_out_the_other_says()
    {
        // A client that adds its own "for" must not undo what the proxy says in the other header.
        var claim = Client([Proxy], Headers(
            (Xff, ["1.1.1.1"]), ("X-Forwarded-Proto", ["https"]), ("X-Forwarded-Host", ["a.example"]), ("Forwarded", ["for=1.1.1.1"]))).Judged.Claim!;
        Assert.Equal(("1.1.1.1", "https", "a.example"), (claim.Address.ToString(), claim.Scheme, claim.Host));
    }

    private static string? RefusalOf(string[] trusted, HeaderDictionary headers)
    {
        var context = Context(Proxy, headers);
        var refusal = Of(trusted).Settle(context);
        Assert.Equal(Proxy, context.Connection.RemoteIpAddress!.ToString()); // charged to whom is certain
        return refusal?.Code;
    }

    private static (HttpContext Context, (ClientClaim? Claim, AICodeManager.Server.Ground.Http.Refusal? Refusal) Judged) Client(string[] trusted, HeaderDictionary headers)
    {
        var context = Context(Proxy, headers);
        return (context, Of(trusted).Judge(IPAddress.Parse(Proxy), context.Request.Headers));
    }

    private static DefaultHttpContext Context(string peer, HeaderDictionary headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Scheme = "http";
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        context.Request.Host = new HostString("inner:8080");
        return context;
    }

    private static HeaderDictionary Headers(params (string Name, string[] Lines)[] headers) =>
        new(headers.ToDictionary(h => h.Name, h => new StringValues(h.Lines), StringComparer.OrdinalIgnoreCase));
}
