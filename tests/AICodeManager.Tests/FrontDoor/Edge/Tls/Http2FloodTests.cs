using System.Buffers.Binary;
using System.Net.Security;
using System.Text;
using AICodeManager.Server.FrontDoor.Access;
using Microsoft.AspNetCore.Builder;

namespace AICodeManager.Tests.FrontDoor.Edge.Tls;

/// <summary>Frames that no client library would send (RFC 9113), over a real TLS connection.</summary>
public sealed class Http2FloodTests
{
    private const byte Headers = 1, ResetStream = 3, Settings = 4, GoAway = 7, Continuation = 9;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // GET https://localhost/wait: three entries of the static table and two literals (RFC 7541 appendix A).
    private static readonly byte[] Request = [0x82, 0x87, 0x44, 5, .. "/wait"u8, 0x41, 9, .. "localhost"u8];

    [Fact]
    public async Task Streams_that_are_opened_to_be_reset_end_the_connection()
    {
        var go = new TaskCompletionSource();
        await using var lab = await TlsLab.StartAsync(routes: routes => routes.MapGet("/wait", async () => await go.Task).OpenToAll());
        try
        {
            // CVE-2023-44487: each costs the client two frames and the server a request.
            var frames = Enumerable.Range(0, 3000).SelectMany(i => (byte[])
                [.. Frame(Headers, 5, 2 * i + 1, Request), .. Frame(ResetStream, 0, 2 * i + 1, [0, 0, 0, 8])]);
            await SentAwayAsync(lab, [.. frames]);
        }
        finally
        {
            go.SetResult();
        }
    }

    [Fact]
    public async Task Headers_that_go_on_and_on_end_the_connection()
    {
        await using var lab = await TlsLab.StartAsync();
        // CVE-2024-27316: none of them says that it was the last.
        var more = Enumerable.Repeat(Frame(Continuation, 0, 1, Literal(new string('x', 8000))), 200).SelectMany(f => f);
        await SentAwayAsync(lab, [.. Frame(Headers, 1, 1, Request), .. more]);
    }

    [Fact]
    public async Task A_small_block_that_unpacks_to_a_large_one_is_refused()
    {
        await using var lab = await TlsLab.StartAsync();
        // One entry of the table, named again and again.
        byte[] bomb = [.. Request, .. Literal(new string('x', 3000)), .. Enumerable.Repeat((byte)0xBE, 12_000)];
        await SentAwayAsync(lab, Frame(Headers, 5, 1, bomb));
    }

    private static async Task SentAwayAsync(TlsLab lab, byte[] frames)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await using var stream = await lab.ConnectAsync(protocols: SslApplicationProtocol.Http2);
        var sentAway = ReadUntilEndAsync(stream, patience.Token);
        try
        {
            await stream.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, []), .. frames], patience.Token);
        }
        catch (IOException)
        {
            // It hung up while we were still talking.
        }

        var error = await sentAway;
        Assert.True(error is null or not 0, "The server said goodbye as if nothing had happened.");
        await using var next = await lab.ConnectAsync();
        Assert.StartsWith("HTTP/1.1 200", await TlsLab.AskAsync(next), StringComparison.Ordinal);
    }

    /// <summary>The reason of the server's goodbye; null where it hung up without one.</summary>
    private static async Task<uint?> ReadUntilEndAsync(SslStream stream, CancellationToken cancel)
    {
        uint? reason = null;
        var head = new byte[9];
        try
        {
            while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel) == head.Length)
            {
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await stream.ReadExactlyAsync(payload, cancel);
                if (head[3] == GoAway)
                    reason = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4));
            }
        }
        catch (IOException)
        {
            // Reset.
        }

        return reason;
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
    [
        (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags,
        (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload,
    ];

    // With incremental indexing, name "x-a" (RFC 7541 section 6.2.1); lengths above 126 take more bytes (section 5.1).
    private static byte[] Literal(string value)
    {
        List<byte> field = [0x40, 3, .. "x-a"u8, 0x7F];
        var rest = value.Length - 0x7F;
        for (; rest >= 0x80; rest >>= 7)
            field.Add((byte)(rest | 0x80));
        return [.. field, (byte)rest, .. Encoding.ASCII.GetBytes(value)];
    }
}
