using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

/// <summary>Values that speak a protocol or lead a server astray, and the honest text beside them.</summary>
public sealed class ProtocolDetectorTests
{
    [Theory]
    [InlineData("x\nSet-Cookie: a=b", "protocol.split")]
    [InlineData("x\n\nHTTP/1.1 200 OK", "protocol.split")]
    [InlineData("x%0d%0aLocation: //x.example", "protocol.split")]
    [InlineData("x%250aContent-Length: 0", "protocol.split")]
    [InlineData("x\\r\\nSet-Cookie:a=b", "protocol.split")]
    [InlineData("x\u560D\u560ASet-Cookie: a=b", "protocol.split")]
    [InlineData("a@b.example\nRCPT TO:<c@d.example>", "protocol.split")]
    [InlineData("x\nA001 FETCH 1", "protocol.split")]
    [InlineData("<!ENTITY x SYSTEM \"file:///srv\">", "xml.entity")]
    [InlineData("<!DOCTYPE a [ ]>", "xml.doctype")]
    [InlineData("http://169.254.169.254/latest", "ssrf.metadata")]
    [InlineData("see http://metadata.google.internal/x", "ssrf.metadata")]
    [InlineData("http://2852039166/", "ssrf.hidden_address")]
    [InlineData("http://0x7f.1/", "ssrf.hidden_address")]
    [InlineData("http://0177.0.0.1/", "ssrf.hidden_address")]
    [InlineData("http://[::ffff:7f00:1]/", "ssrf.hidden_address")]
    [InlineData("gopher://10.0.0.1:6379/_x", "ssrf.scheme")]
    [InlineData("ldap://x.example/a", "ssrf.scheme")]
    [InlineData("https:x.example", "redirect.hidden")]
    [InlineData("/\\x.example", "redirect.hidden")]
    [InlineData("///x.example/a", "redirect.hidden")]
    [InlineData("document.cookie=\"sid=1\"", "session.fixation")]
    public void Catches_what_speaks_another_protocol(string value, string rule)
    {
        var finding = ProtocolDetector.Judge(value);

        Assert.Equal((AttackClass.Protocol, Finding.Strong, rule), (finding.Class, finding.Score, finding.Rule));
    }

    [Theory]
    [InlineData("First line\nSecond: line\nHost: the party")]
    [InlineData("The steps were these, in order:\nLocation: Berlin\nCookie: chocolate")]
    [InlineData("<!DOCTYPE html><p>")]
    [InlineData("http://localhost:3000/callback?x=1")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://[::1]:5000/")]
    [InlineData("https://10.0.0.5/grafana")]
    [InlineData("https://example.com/a//b")]
    [InlineData("https://dnceng@dev.example.com/x")]
    [InlineData("//TODO: remove this")]
    [InlineData("///<summary>Foo.Bar</summary>")]
    [InlineData("dict: a type of Python")]
    [InlineData("100%0 and 20%0a")]
    [InlineData("metadata of the files")]
    [InlineData("read document.cookie in tests")]
    public void Lets_honest_text_through(string value) => Assert.True(ProtocolDetector.Judge(value).Score < Finding.Strong, ProtocolDetector.Judge(value).Rule);

    [Fact]
    public void Knows_scanners_by_what_they_call_themselves()
    {
        Assert.Equal("scanner.agent", ProtocolDetector.JudgeUserAgent("sqlmap/1.8 (https://sqlmap.org)").Rule);
        Assert.Equal("scanner.agent", ProtocolDetector.JudgeUserAgent("Mozilla/5.00 (Nikto/2.5.0)").Rule);
        Assert.False(ProtocolDetector.JudgeUserAgent("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0").Any);
        Assert.False(ProtocolDetector.JudgeUserAgent("curl/8.5.0").Any);
    }
}
