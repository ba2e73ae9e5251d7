using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace AICodeManager.Tests.Fixtures;

/// <summary>Sends exactly the bytes it is given, which no HTTP library would, and reads until the server closes.</summary>
public static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BeforeHangUp = TimeSpan.FromMilliseconds(500);

    /// <summary>A request that ends the connection; its head is sent as UTF-8.</summary>
    /// <param name="headers">Complete lines, each with its line end.</param>
    public static byte[] Request(string method, string target, string headers = "", byte[]? body = null)
    {
        var length = body is null ? "" : $"Content-Length: {body.Length}\r\n";
        return [.. Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{length}{headers}\r\n"), .. body ?? []];
    }

    /// <param name="hangUp">Whether to say that nothing more will come, if the server has not closed after half a second.</param>
    /// <returns>Null when the server closed without a word.</returns>
    /// <exception cref="OperationCanceledException">It neither answered nor closed within ten seconds.</exception>
    public static async Task<RawAnswer?> SendAsync(Uri server, ReadOnlyMemory<byte> request, bool hangUp, CancellationToken cancel) =>
        RawAnswer.Read(await ExchangeAsync(server, request, hangUp, cancel));

    /// <summary>The same, and everything that came back, a byte a character.</summary>
    public static async Task<string> ExchangeAsync(Uri server, ReadOnlyMemory<byte> request, bool hangUp, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, patience.Token);
        var stream = client.GetStream();
        using var received = new MemoryStream();
        try
        {
            await stream.WriteAsync(request, patience.Token);
            var copying = stream.CopyToAsync(received, patience.Token);
            await Task.WhenAny(copying, hangUp ? copying.WaitAsync(BeforeHangUp, patience.Token) : copying);
            if (!copying.IsCompleted)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            await copying;
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            // It closed while we were still talking; what it said before counts.
        }

        return Encoding.Latin1.GetString(received.ToArray());
    }
}

/// <summary>What came back, as far as the tests look at it.</summary>
public sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    public string? RequestId => Headers.GetValueOrDefault("X-Request-Id");

    /// <summary>The code of a problem document; null for anything else.</summary>
    public string? Code => ContentType == "application/problem+json" ? JsonElement.Parse(Body).GetProperty("code").GetString() : null;

    internal static RawAnswer? Read(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || !text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
        {
            return null;
        }

        var lines = text[..end].Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in lines.Skip(1).Select(line => line.Split(": ", 2)))
        {
            headers[pair[0]] = pair[1];
        }

        // Sizes of chunks stand outside the braces of a small document.
        var (first, last) = (text.IndexOf('{', end), text.LastIndexOf('}'));
        return new RawAnswer(
            int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture), headers, first < 0 || last < first ? "" : text[first..(last + 1)]);
    }
}
