using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class AuditSettingsTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void Every_key_of_a_stream_reaches_its_setting()
    {
        File.WriteAllText(Path.Combine(scene.Folder, "ca.pem"), "");
        var audit = Audit("""
            retention: "30d"
              streams:
                - {type: "syslog", address: "udp://127.0.0.1:514"}
                - {type: "syslog", address: "tls://[2001:db8::1]:6514", facility: "local3", app_name: "manager", enterprise_number: 12345, ca_file: "ca.pem"}
                - {type: "webhook", name: "collector", url: "http://collector.internal/x", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", allow_http: true, allow_private_addresses: true}
            """);

        Assert.Equal(30, audit.Retention!.Value.TotalDays);
        Assert.Equal(["syslog", "syslog-2", "collector"], audit.Streams.Select(stream => stream.Name));
        Assert.Equal(new SyslogStream(new(SyslogTransport.Udp, "127.0.0.1", 514), 10, "aicli-web", 32473, null) { Name = "syslog" }, audit.Streams[0]);
        Assert.Equal(
            new SyslogStream(new(SyslogTransport.Tls, "2001:db8::1", 6514), 19, "manager", 12345, Path.Combine(scene.Folder, "ca.pem")) { Name = "syslog-2" }, audit.Streams[1]);
        Assert.Equal("tls://[2001:db8::1]:6514", ((SyslogStream)audit.Streams[1]).Address.ToString());
        Assert.True(((WebhookStream)audit.Streams[2]).Target is { AllowHttp: true, AllowPrivateAddresses: true });
    }

    [Fact]
    public void Events_are_kept_a_year_unless_something_else_is_said()
    {
        Assert.Equal(365, scene.Settings().Audit.Retention!.Value.TotalDays);
        Assert.Null(Audit("retention: never").Retention);
    }

    [Theory]
    [InlineData("retention", "retention: 0", "or never")]
    [InlineData("retention", "retention: 23h", "or never")]
    [InlineData("streams[0].type", "streams: [{type: kafka}]", "syslog, webhook")]
    [InlineData("streams[0].address", "streams: [{type: syslog}]", "tls://host:port")]
    [InlineData("streams[0].address", "streams: [{type: syslog, address: \"syslog.example.org\"}]", "tls://host:port")]
    [InlineData("streams[0].address", "streams: [{type: syslog, address: \"tcp://syslog.example.org\"}]", "tls://host:port")]
    [InlineData("streams[0].address", "streams: [{type: syslog, address: \"http://syslog.example.org:514\"}]", "tls://host:port")]
    [InlineData("streams[0].address", "streams: [{type: syslog, address: \"tcp://a@syslog.example.org:514\"}]", "tls://host:port")]
    [InlineData("streams[0].address", "streams: [{type: syslog, address: \"tcp://syslog.example.org:514/x\"}]", "tls://host:port")]
    [InlineData("streams[0].address", "streams: [{type: syslog, address: \"tcp://syslog.example.org:70000\"}]", "tls://host:port")]
    [InlineData("streams[0].facility", "streams: [{type: syslog, address: \"tcp://s.example.org:514\", facility: kern}]", "authpriv")]
    [InlineData("streams[0].app_name", "streams: [{type: syslog, address: \"tcp://s.example.org:514\", app_name: \"a b\"}]", "without spaces")]
    [InlineData("streams[0].ca_file", "streams: [{type: syslog, address: \"tls://s.example.org:514\", ca_file: nowhere.pem}]", "exists")]
    [InlineData("streams[0].secret", "streams: [{type: webhook, url: \"https://x.example.org/\"}]", "whsec_")]
    [InlineData("streams[0].url", "streams: [{type: webhook, url: \"http://x.example.org/\", secret: \"k9vXo2TqLr7ZkWm4Yp8NsEh6JdBf1GcU0a\"}]", "https://")]
    [InlineData("streams", "streams: [{type: syslog, name: x, address: \"tcp://s.example.org:1\"}, {type: syslog, name: x, address: \"tcp://s.example.org:2\"}]", "a name of its own")]
    [InlineData("streams", "{storage: file, streams: [{type: syslog, address: \"tcp://s.example.org:1\"}]}", "database or both")]
    [InlineData("events.authentication[0]", "events: {authentication: [\"user_created\"]}", "login, logout, login_failed, token_refresh")]
    [InlineData("events.security[0]", "events: {security: [\"login\"]}", "password_changed, session_terminated, suspicious_activity")]
    public void Cannot_start_with(string key, string lines, string accepted)
    {
        var fault = scene.File($"audit:\n  {lines}\n").Fault();
        Assert.Equal($"audit.{key}", fault.Key);
        Assert.Contains(accepted, fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("k9vXo2Tq", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_authorities_without_TLS_is_a_mistake()
    {
        File.WriteAllText(Path.Combine(scene.Folder, "ca.pem"), "");
        Assert.Equal(
            "audit.streams[0].ca_file", scene.File("audit: {streams: [{type: syslog, address: \"tcp://s.example.org:1\", ca_file: ca.pem}]}").Fault().Key);
    }

    private AuditSettings Audit(string lines) => scene.File($"audit:\n  {lines}\n").Settings().Audit;
}
