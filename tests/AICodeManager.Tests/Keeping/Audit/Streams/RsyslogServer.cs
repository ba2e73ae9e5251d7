using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Edge.Tls;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

/// <summary>A syslog server by others (rsyslog), over TCP, TLS and UDP; it writes down what it understood of each message.</summary>
public sealed class RsyslogServer : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private Process? process;

    public int Tcp { get; private set; }

    public int Tls { get; private set; }

    public int Udp { get; private set; }

    public string Authority => folder.File("ca.pem");

    public async ValueTask InitializeAsync()
    {
        using var certificates = new TestCertificates();
        var (chain, key) = certificates.Server("localhost");
        await File.WriteAllTextAsync(Authority, certificates.Root.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.File("chain.pem"), chain);
        await File.WriteAllTextAsync(folder.File("key.pem"), key);
        Udp = FreePort();
        await File.WriteAllTextAsync(folder.File("rsyslog.conf"), $$"""
            global(workDirectory="{{folder.Path}}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"
                   defaultNetstreamDriverCAFile="{{Authority}}" defaultNetstreamDriverCertFile="{{folder.File("chain.pem")}}" defaultNetstreamDriverKeyFile="{{folder.File("key.pem")}}")
            module(load="imtcp")
            module(load="imudp")
            input(type="imtcp" port="0" address="127.0.0.1" listenPortFileName="{{folder.File("tcp.port")}}")
            input(type="imtcp" port="0" address="127.0.0.1" listenPortFileName="{{folder.File("tls.port")}}" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
            input(type="imudp" port="{{Udp}}" address="127.0.0.1")
            template(name="all" type="list" option.jsonf="on") {
              property(outname="priority" name="pri" format="jsonf")
              property(outname="version" name="protocol-version" format="jsonf")
              property(outname="at" name="timereported" dateFormat="rfc3339" date.inUTC="on" format="jsonf")
              property(outname="host" name="hostname" format="jsonf")
              property(outname="app" name="app-name" format="jsonf")
              property(outname="id" name="msgid" format="jsonf")
              property(outname="data" name="structured-data" format="jsonf")
              property(outname="text" name="msg" format="jsonf")
            }
            action(type="omfile" file="{{folder.File("messages")}}" template="all" asyncWriting="off")
            """);
        process = Process.Start(new ProcessStartInfo("rsyslogd", ["-n", "-f", folder.File("rsyslog.conf"), "-i", folder.File("pid")])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var complaints = process.StandardError.ReadToEndAsync();
        await Poll.UntilAsync(async () =>
        {
            Assert.False(process.HasExited, $"rsyslogd did not start: {(process.HasExited ? await complaints : "")}");
            return Port("tcp") is not null && Port("tls") is not null;
        });
        (Tcp, Tls) = (Port("tcp")!.Value, Port("tls")!.Value);
    }

    /// <summary>What it understood of messages with this MSGID, once there are so many.</summary>
    public async Task<IReadOnlyList<JsonElement>> MessagesAsync(string id, int count)
    {
        List<JsonElement> messages = [];
        await Poll.UntilAsync(async () =>
        {
            if (!File.Exists(folder.File("messages")))
                return false;
            var text = await File.ReadAllTextAsync(folder.File("messages"));
            messages = [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
                .Where(message => message.GetProperty("id").GetString() == id)];
            return messages.Count >= count;
        });
        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        folder.Dispose();
    }

    private int? Port(string name) => File.Exists(folder.File($"{name}.port")) && int.TryParse(File.ReadAllText(folder.File($"{name}.port")), out var port) ? port : null;

    private static int FreePort()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }
}
