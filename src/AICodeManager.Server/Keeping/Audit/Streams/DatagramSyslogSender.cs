using System.Net.Sockets;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>Syslog over UDP (RFC 5426). That a datagram left this machine is all that can be known of it.</summary>
internal sealed class DatagramSyslogSender(SyslogStream stream, SyslogMessages messages) : IStreamSender
{
    public int MaxItems => 200;

    public int MaxBytes => 256 * 1024;

    public async Task<SendResult> SendAsync(IReadOnlyList<StreamItem> batch, CancellationToken cancel)
    {
        try
        {
            using var udp = new UdpClient(stream.Address.Host, stream.Address.Port);
            foreach (var item in batch)
                await udp.SendAsync(messages.Of(item, SyslogMessages.MaxDatagram), cancel);
            return SendResult.Sent;
        }
        catch (SocketException fault)
        {
            return SendResult.Later($"{stream.Address}: {fault.SocketErrorCode}");
        }
    }
}
