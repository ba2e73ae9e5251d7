using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Audit.Streams;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Edge.Tls;
using AICodeManager.Tests.Keeping.Audit.Reading;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

/// <summary>Over sockets of our own: what the receiver does is what the sender says it did.</summary>
public sealed class SyslogSenderTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_batch_is_sent_when_the_receiver_has_read_all_of_it_and_ended_in_order()
    {
        await using var receiver = SyslogReceiver.Start();
        Assert.Equal(SendResult.Sent, await SendAsync(receiver.Port, Batch(300)));
        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long)n), receiver.Messages.Select(SequenceOf));
    }

    [Fact]
    public async Task A_receiver_that_dies_midway_has_not_taken_the_batch()
    {
        await using var receiver = SyslogReceiver.Start();
        receiver.Behaviour = (stream, client) => receiver.DieAfterAsync(stream, client, 5_000);
        var result = await SendAsync(receiver.Port, Batch(1_000));
        Assert.Equal(SendOutcome.Later, result.Outcome);
        receiver.Behaviour = receiver.TakeAllAsync;
        Assert.Equal(SendResult.Sent, await SendAsync(receiver.Port, Batch(1_000)));
        Assert.Equal(1_000, receiver.Messages.Count);
    }

    [Fact]
    public async Task A_receiver_that_dies_with_the_last_message_unread_has_not_taken_the_batch()
    {
        await using var receiver = SyslogReceiver.Start();
        var batch = Batch(3);
        receiver.Behaviour = (stream, client) => receiver.DieAfterAsync(stream, client, 10);
        Assert.Equal(SendOutcome.Later, (await SendAsync(receiver.Port, batch)).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_receiver_that_stalls_or_does_not_end_is_waited_for_so_long_and_no_longer(bool reads)
    {
        await using var receiver = SyslogReceiver.Start();
        receiver.Behaviour = reads ? receiver.HoldAsync : receiver.StallAsync;
        var result = await SendAsync(receiver.Port, Batch(1_000), patience: Short);
        Assert.Equal(SendOutcome.Later, result.Outcome);
        Assert.Contains("in time", result.Error);
    }

    [Fact]
    public async Task Nobody_there_is_an_answer_that_names_the_address()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        var result = await SendAsync(port, Batch(1));
        Assert.Equal($"tcp://localhost:{port}: connect: ConnectionRefused", result.Error);
    }

    [Fact]
    public async Task Over_TLS_the_certificate_must_be_the_hosts_and_of_a_believed_authority()
    {
        using var certificates = new TestCertificates();
        using var others = new TestCertificates();
        var (chain, key) = certificates.Server("localhost");
        using var pair = X509Certificate2.CreateFromPem(chain, key);
        using var certificate = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        var (authority, intermediate, stranger) = (folder.File("ca.pem"), folder.File("chain.pem"), folder.File("other.pem"));
        // The receiver sends its own certificate only: the file holds the root and the one between.
        await File.WriteAllTextAsync(authority, $"{certificates.Root.ExportCertificatePem()}\n{chain[chain.IndexOf("-----END CERTIFICATE-----", StringComparison.Ordinal)..][25..]}", Cancel);
        await File.WriteAllTextAsync(stranger, others.Root.ExportCertificatePem(), Cancel);
        await using var receiver = SyslogReceiver.Start(certificate: certificate, address: IPAddress.Any);

        Assert.Equal(SendResult.Sent, await SendAsync(receiver.Port, Batch(50), SyslogTransport.Tls, authority));
        Assert.Equal(50, receiver.Messages.Count);

        var wrongName = await SendAsync(receiver.Port, Batch(1), SyslogTransport.Tls, authority, host: "127.0.0.2");
        Assert.Contains("RemoteCertificateNameMismatch", wrongName.Error);
        var wrongAuthority = await SendAsync(receiver.Port, Batch(1), SyslogTransport.Tls, stranger);
        Assert.Contains("RemoteCertificateChainErrors", wrongAuthority.Error);
        var system = await SendAsync(receiver.Port, Batch(1), SyslogTransport.Tls);
        Assert.Contains("RemoteCertificateChainErrors", system.Error);
        Assert.Equal(50, receiver.Messages.Count);

        receiver.Behaviour = (stream, client) => receiver.DieAfterAsync(stream, client, 1_000);
        Assert.Equal(SendOutcome.Later, (await SendAsync(receiver.Port, Batch(1_000), SyslogTransport.Tls, authority)).Outcome);
        Assert.DoesNotContain(intermediate, wrongName.Error);
    }

    [Fact]
    public async Task A_plain_receiver_is_told_nothing_by_a_stream_that_wants_TLS()
    {
        await using var receiver = SyslogReceiver.Start();
        List<byte> heard = [];
        receiver.Behaviour = async (stream, _) =>
        {
            var some = new byte[4096];
            var read = await stream.ReadAsync(some, Cancel);
            heard.AddRange(some[..read]);
        };
        Assert.Equal(SendOutcome.Later, (await SendAsync(receiver.Port, Batch(1), SyslogTransport.Tls)).Outcome);
        Assert.DoesNotContain("aicli@32473", Encoding.Latin1.GetString([.. heard]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_UDP_each_message_is_a_datagram()
    {
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var stream = Stream(SyslogTransport.Udp, ((IPEndPoint)receiver.Client.LocalEndPoint!).Port, "127.0.0.1");
        Assert.Equal(SendResult.Sent, await new DatagramSyslogSender(stream, new(stream, "node")).SendAsync(Batch(3), Cancel));
        for (var n = 1; n <= 3; n++)
            Assert.Equal(n, SequenceOf(Encoding.UTF8.GetString((await receiver.ReceiveAsync(Cancel)).Buffer)));
    }

    internal static IReadOnlyList<StreamItem> Batch(int count) => [.. Events.OfChain("c", count).Select(StreamItem.Of)];

    internal static SyslogStream Stream(SyslogTransport transport, int port, string host = "localhost", string? authority = null) =>
        new(new(transport, host, port), 10, "aicli-web", 32473, authority) { Name = "siem" };

    private static Task<SendResult> SendAsync(
        int port, IReadOnlyList<StreamItem> batch, SyslogTransport transport = SyslogTransport.Tcp, string? authority = null, string host = "localhost", TimeSpan? patience = null)
    {
        var stream = Stream(transport, port, host, authority);
        return new StreamSyslogSender(stream, new(stream, "node"), patience ?? StreamSyslogSender.DefaultPatience).SendAsync(batch, Cancel);
    }

    private static long SequenceOf(string message) => JsonElement.Parse(message[(message.IndexOf('\ufeff') + 1)..]).GetProperty("sequence").GetInt64();
}
