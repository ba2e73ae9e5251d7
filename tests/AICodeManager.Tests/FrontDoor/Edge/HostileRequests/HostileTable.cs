using System.IO.Compression;
using System.Text;

namespace AICodeManager.Tests.FrontDoor.Edge.HostileRequests;

/// <summary>
/// Requests that nobody sends who means well, byte for byte. Each aims at a route that is open to all and would answer
/// 200, so that one which is taken for honest shows itself.
/// </summary>
internal static class HostileTable
{
    private const string Host = "Host: localhost\r\n", Json = "Content-Type: application/json\r\n", Chunked = "Transfer-Encoding: chunked\r\n";
    private const string Smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

    public static IEnumerable<HostileRequest> All() =>
        [.. Lines(), .. Forgiven(), .. Targets(), .. Hosts(), .. Heads(), .. Ends(), .. Chunks(), .. Bodies(), .. Sizes(), .. OtherTongues(), .. Slow()];

    private static IEnumerable<HostileRequest> Lines() =>
        from line in (string[])
        [
            "GET", "GET /healthz", "GET /healthz ", "GET  /healthz HTTP/1.1", " GET /healthz HTTP/1.1", "GET /healthz HTTP/1.1 ",
            "GET\t/healthz\tHTTP/1.1", "GET /healthz HTTP/1.1 x", "GET /healthz HTTP/0.9", "GET /healthz HTTP/2.0", "GET /healthz HTTP/1.2", "GET /healthz HTTP/9.9",
            "GET /healthz HTTP/1.10", "GET /healthz HTTP/ 1.1", "GET /healthz http/1.1", "GET /healthz HTTPS/1.1", "GET /healthz HTTP/1.1\0", "GET /healthz HTTP/-1.1",
            "G\0T /healthz HTTP/1.1", "GE(T /healthz HTTP/1.1", "G\u00c9T /healthz HTTP/1.1", "/healthz HTTP/1.1", "\u00a0GET /healthz HTTP/1.1",
            "get /healthz HTTP/1.1", "BREW /healthz HTTP/1.1", "TRACE /healthz HTTP/1.1", "TRACK /healthz HTTP/1.1", "DEBUG /healthz HTTP/1.1", "PROPFIND /healthz HTTP/1.1",
            "POST /healthz HTTP/1.1", "DELETE /healthz HTTP/1.1", $"{new string('A', 5000)} /healthz HTTP/1.1",
        ]
        select Request($"line {Short(line)}", $"{line}\r\n{Host}Connection: close\r\n\r\n");

    // Read in one way only, and Kestrel forgives them; of the first and the last it shows nobody that it did.
    private static IEnumerable<HostileRequest> Forgiven()
    {
        yield return Request("two spaces before the version", $"GET /healthz  HTTP/1.1\r\n{Host}Connection: close\r\n\r\n") with { MayBeServed = true };
        yield return Request("a name that is no token", $"GET /healthz HTTP/1.1\r\n{Host}Connection: close\r\n(X/Y): y\r\n\r\n") with { MayBeServed = true };
        yield return Post("a length with a sign", $"{Json}Content-Length: +12\r\n", "{\"name\":\"x\"}"u8.ToArray(), withLength: false, mayBeServed: true);
    }

    private static IEnumerable<HostileRequest> Targets() =>
        from target in (string[])
        [
            "*", "healthz", "localhost:80", "http://localhost/healthz", "http://evil.example/healthz", "https://localhost/healthz", "http://user:secret@localhost/healthz",
            "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "//evil.example/healthz", "/./healthz", "/x/../healthz", "/../healthz", "/..", "/%2e%2e/healthz", "/x/%2E%2e/healthz",
            "/.%2e/healthz", "/%2fhealthz", "/x%2f..%2fhealthz", "/healthz%2f", "/x\\..\\healthz", "\\healthz", "/%5chealthz", "/healthz#x", "/healthz%23x?#", "/healthz%00", "/healthz%0a", "/healthz%0d%0aX:%20y", "/healthz%",
            "/healthz%2", "/healthz%zz", "/healthz%u002e", "/healthz%c0%af", "/%c0%ae%c0%ae/healthz", "/%e0%80%af", "/%ed%a0%80", "/%f8%88%80%80%80", "/%fe%ff", "/healthz\u00ff", "/h\u00e9althz", "/healthz\u0001", "/healthz\u007f",
            "/healthz?a=%", "/healthz?a=%gg", "/healthz?a=%00", "/healthz?a=%ff", "/healthz?a=%ed%bf%bf", "/healthz?a=\\", "/healthz?a=\u0080",
            $"/healthz?{string.Join('&', Enumerable.Range(0, 1000).Select(i => $"p{i}=1"))}", $"/healthz?{new string('&', 300)}", $"/healthz?a={new string('x', 9000)}",
            $"/healthz?a={string.Concat(Enumerable.Repeat("%41", 3000))}", $"/healthz?a={new string('x', 100_000)}", $"/{string.Concat(Enumerable.Repeat("x/", 20_000))}",
            $"/{string.Concat(Enumerable.Repeat("../", 500))}etc/passwd",
        ]
        select Request($"target {Short(target)}", $"GET {target} HTTP/1.1\r\n{Host}Connection: close\r\n\r\n");

    private static IEnumerable<HostileRequest> Hosts() =>
        from hosts in (string[])
        [
            "", "Host:\r\n", "Host: \r\n", "Host: evil.example\r\n", "Host: localhost.evil.example\r\n", "Host: evil.example:80\r\n", "Host: user@localhost\r\n", "Host: user:secret@localhost\r\n",
            "Host: localhost/x\r\n", "Host: localhost:\r\n", "Host: localhost:99999\r\n", "Host: localhost:-1\r\n", "Host: localhost:80:80\r\n", "Host: local host\r\n", "Host: localhost, evil.example\r\n",
            "Host: localhost\r\nHost: localhost\r\n", "Host: localhost\r\nHost: evil.example\r\n", "Host : localhost\r\n", "Host: l\u00f6calhost\r\n", "Host: localhost\0\r\n", "Host: localhost\\x\r\n", "Host: [::1\r\n", "Host: ::1\r\n",
            "Host: 0x7f000001\r\n", "Host: 2130706433\r\n", "Host: localhost%00\r\n", "Host: localhost?x\r\n", "Host: localhost#\r\n", $"Host: {new string('h', 9000)}\r\n", "Host: <script>\r\n", "Host: localhost;x\r\n",
        ]
        select Request($"host {Short(hosts)}", $"GET /healthz HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");

    private static IEnumerable<HostileRequest> Heads() =>
        from head in (string[])
        [
            "X : y\r\n", " X: y\r\n", "X\r\n", ": y\r\n", "X y: z\r\n", "X: y\r\n folded\r\n", "X: y\r\n\tfolded\r\n", "X: a\0b\r\n", "X: a\rb\r\n", "X: a\nY: b\r\n", "X\0: y\r\n", "X\u00e9: y\r\n", "X: \u00ff\u00fe\r\n", "X: \u00c0\u00ae\r\n", "X: \u00ed\u00a0\u0080\r\n",
            "X: y\n", "\n", "Content-Length: 0\r\nContent-Length: 0\r\n", "Content-Length: a\r\n", "Content-Length: -1\r\n", "Content-Length: 1, 1\r\n", "Content-Length: 0x10\r\n", "Content-Length: 1e3\r\n",
            "Content-Length: \r\n", "Content-Length: 18446744073709551617\r\n", "Content-Length : 0\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: \r\n",
            "Content-Type: text/plain\r\nContent-Type: application/json\r\n", "Content-Type: application/json; charset=utf-16\r\n", "Content-Type: text/html; charset=utf-7\r\n", "Content-Type: application/json; charset=utf-8; charset=utf-16\r\n", "Content-Encoding: gzip\r\n",
            "Content-Encoding: deflate, gzip\r\n", "Content-Encoding: br\r\n", "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n",
        ]
        select Request($"head {Short(head)}", $"GET /healthz HTTP/1.1\r\n{Host}Connection: close\r\n{head}\r\n");

    /// <summary>Where does the first request end: what two servers in a row would see differently (RFC 9112 section 11.2).</summary>
    private static IEnumerable<HostileRequest> Ends()
    {
        foreach (var (what, heads, body) in ((string, string, string)[])
        [
            ("CL.TE", $"Content-Length: 6\r\n{Chunked}", "0\r\n\r\nX"),
            ("TE.CL", $"{Chunked}Content-Length: 4\r\n", $"5c\r\n{Smuggled}\r\n0\r\n\r\n"),
            ("TE.TE unknown first", $"Transfer-Encoding: x\r\n{Chunked}", "0\r\n\r\n"),
            ("TE.TE unknown last", $"{Chunked}Transfer-Encoding: x\r\n", "0\r\n\r\n"),
            ("TE.TE identity", $"{Chunked}Transfer-Encoding: identity\r\n", "0\r\n\r\n"),
            ("TE twice", $"{Chunked}{Chunked}", "0\r\n\r\n"),
            ("TE twice in one line", "Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
            ("TE list", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
            ("TE with a parameter", "Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"),
            ("TE quoted", "Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"),
            ("TE cut by a space", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
            ("TE with a tab", "Transfer-Encoding:\u000bchunked\r\n", "0\r\n\r\n"),
            ("TE folded", "Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
            ("TE xchunked", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
            ("TE behind a line feed", "X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            ("TE behind a carriage return", "X: y\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            ("two lengths", "Content-Length: 2\r\nContent-Length: 44\r\n", $"{{}}{Smuggled}"),
            ("two lengths in a list", "Content-Length: 2, 44\r\n", $"{{}}{Smuggled}"),
            ("a length with words", "Content-Length: 2 44\r\n", $"{{}}{Smuggled}"),
        ])
        {
            yield return Request(what, $"POST /echo HTTP/1.1\r\n{Host}{Json}{heads}\r\n{body}{Smuggled}");
        }

        yield return Request("chunks in HTTP/1.0", $"POST /echo HTTP/1.0\r\n{Host}{Json}{Chunked}\r\n0\r\n\r\n{Smuggled}");
        yield return Request("a whole request in lines of LF", "GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n");
        yield return Request("HTTP/1.0 without a host", "GET /healthz HTTP/1.0\r\n\r\n");
    }

    private static IEnumerable<HostileRequest> Chunks() =>
        from body in (string[])
        [
            "ZZ\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "+2\r\n{}\r\n0\r\n\r\n", "0x2\r\n{}\r\n0\r\n\r\n", "2\n{}\n0\n\n", "2\r{}\r\n0\r\n\r\n", "2\r\n{}0\r\n\r\n", "2\r\n{}XX0\r\n\r\n", "FFFFFFFF\r\n{}\r\n0\r\n\r\n",
            "FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", "10000000000000000\r\n{}\r\n0\r\n\r\n", "2;a\nb\r\n{}\r\n0\r\n\r\n", "\r\n2\r\n{}\r\n0\r\n\r\n", "2 \r\n{}\r\n", "\0\r\n{}\r\n0\r\n\r\n", $"{new string('0', 5000)}2\r\n{{}}\r\n0\r\n\r\n",
            string.Concat(Enumerable.Repeat("1\r\n[\r\n", 5000)) + "0\r\n\r\n",
        ]
        select Request($"chunk {Short(body)}", $"POST /echo HTTP/1.1\r\n{Host}{Json}Connection: close\r\n{Chunked}\r\n{body}");

    private static IEnumerable<HostileRequest> Bodies()
    {
        foreach (var body in (string[])
        [
            "", "{", "}", "null", "[]", "1", "\"x\"", "{}{}", "{\"name\":\"x\"} x", "{\"name\":\"x\",\"name\":\"y\"}", "{\"Name\":\"x\"}", "{\"name\":\"x\",\"admin\":true}", "{\"name\":1}", "{\"name\":null}", "{name:\"x\"}", "{'name':'x'}",
            "{\"name\":\"x\",}", "{\"name\":\"x\"/**/}", "{\"name\":\"\\ud800\"}", "{\"name\":\"\\udc00\\ud800\"}", "{\"\\ud800\":1}", "{\"name\":\"\\x41\"}", "{\"name\":\"\u0001\"}", "{\"name\":\"\n\"}", "\u00ef\u00bb\u00bf{\"name\":\"x\"", "{\"name\":\"\u00ff\"}",
            "{\"name\":\"\u00c0\u0080\"}", "{\"name\":\"\u00ed\u00a0\u0080\"}", "{\"name\":\"\u00f5\u0080\u0080\u0080\"}", "\u00ff\u00fe{\0}\0", "{\"name\":NaN}", "{\"name\":1e999999999}", new string('[', 100_000), "{\"name\":" + new string('[', 33) + new string(']', 33) + "}",
            string.Concat(Enumerable.Repeat("{\"name\":", 20_000)), $"{{\"name\":{new string('9', 200_000)}}}", $"{{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"k{i}\":1"))}}}", "name=x&admin=true",
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
        ])
        {
            yield return Post($"body {Short(body)}", Json, Encoding.Latin1.GetBytes(body));
        }

        foreach (var type in (string[])["", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json, text/html", "application/jsonx", "/", "application/json; charset="])
            yield return Post($"type '{type}'", type.Length == 0 ? "" : $"Content-Type: {type}\r\n", "{\"name\":\"x\"}"u8.ToArray(), mayBeServed: type == "application/json; charset=");
        yield return Post("a bomb in gzip", $"{Json}Content-Encoding: gzip\r\n", Bomb(stream => new GZipStream(stream, CompressionLevel.SmallestSize)));
        yield return Post("a bomb in brotli", $"{Json}Content-Encoding: br\r\n", Bomb(stream => new BrotliStream(stream, CompressionLevel.Optimal)));
        yield return Post("a bomb that says nothing of it", Json, Bomb(stream => new GZipStream(stream, CompressionLevel.SmallestSize)));
        yield return Post("content that ends early", $"{Json}Content-Length: 1000\r\n", "{\"name\":"u8.ToArray(), withLength: false);
    }

    private static IEnumerable<HostileRequest> Sizes()
    {
        yield return Request("many headers", $"GET /healthz HTTP/1.1\r\n{Host}{string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: 1\r\n"))}\r\n");
        yield return Request("one name very often", $"GET /healthz HTTP/1.1\r\n{Host}{string.Concat(Enumerable.Repeat("X: 1\r\n", 5000))}\r\n");
        yield return Request("one long value", $"GET /healthz HTTP/1.1\r\n{Host}X: {new string('x', 40_000)}\r\n\r\n");
        yield return Request("one long name", $"GET /healthz HTTP/1.1\r\n{Host}{new string('x', 40_000)}: 1\r\n\r\n");
        yield return Request("one endless line", $"GET /healthz HTTP/1.1\r\n{Host}X: {new string('x', 1_000_000)}");
        yield return Request("a cookie of 31 kB", $"GET /healthz HTTP/1.1\r\n{Host}Cookie: {new string('c', 31_000)}; {new string('d', 3000)}\r\n\r\n");
        yield return Request("endless empty lines", string.Concat(Enumerable.Repeat("\r\n", 50_000)));
        yield return Post("more content than allowed", $"{Json}Content-Length: 2000000\r\n", [], withLength: false);
        yield return Post("more content than there is", $"{Json}Content-Length: 9000000000000000000\r\n", [], withLength: false);
        yield return Post("more content than allowed, asked for first", $"{Json}Expect: 100-continue\r\nContent-Length: 2000000\r\n", [], withLength: false);
        yield return Post("more in chunks than allowed", $"{Json}{Chunked}",
            Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"10000\r\n{new string(' ', 0x10000)}\r\n", 20)) + "0\r\n\r\n"), withLength: false);
        foreach (var id in (string[])[new('9', 4000), "-1", "0", "1e9", "00000000-0000-0000-0000-00000000000g", "{00000000-0000-0000-0000-000000000000}", "%7B%7D", "..;", "null"])
            yield return Request($"id {Short(id)}", $"GET /api/v1/tasks/{id} HTTP/1.1\r\n{Host}Connection: close\r\n\r\n");
    }

    /// <summary>Who took this port for another.</summary>
    private static IEnumerable<HostileRequest> OtherTongues() =>
        from words in (string[])
        [
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0", "\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0003", "SSH-2.0-OpenSSH_9.2\r\n", "EHLO localhost\r\n", "*1\r\n$4\r\nPING\r\n",
            "stats\r\n", "\0\0\0\u0008\u0004\u00d2\u0016\u002f", "{\"jsonrpc\":\"2.0\"}\r\n", "<policy-file-request/>\0", "\u0005\u0001\0", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "\r\n\r\n\u0000\r\nQUIT\n", new('\0', 70_000), new('A', 70_000), "OPTIONS rtsp://localhost/ RTSP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        ]
        select Request($"speech {Short(words)}", words);

    private static IEnumerable<HostileRequest> Slow()
    {
        yield return Request("a line that does not end", "GET /hea") with { Patient = true };
        yield return Request("a head that does not end", $"GET /healthz HTTP/1.1\r\n{Host}X: y\r\n") with { Patient = true };
        yield return Request("a body that does not come", $"POST /echo HTTP/1.1\r\n{Host}{Json}Content-Length: 100\r\n\r\n{{") with { Patient = true };
        yield return Request("a chunk that does not come", $"POST /echo HTTP/1.1\r\n{Host}{Json}{Chunked}\r\n50\r\n{{") with { Patient = true };
        yield return Request("nothing at all", "") with { Patient = true };
    }

    private static HostileRequest Post(string what, string headers, byte[] body, bool withLength = true, bool mayBeServed = false) => new(what,
    [
        .. Encoding.Latin1.GetBytes($"POST /echo HTTP/1.1\r\n{Host}Connection: close\r\n{headers}{(withLength ? $"Content-Length: {body.Length}\r\n" : "")}\r\n"), .. body,
    ]) { MayBeServed = mayBeServed };

    private static HostileRequest Request(string what, string text) => new(what, Encoding.Latin1.GetBytes(text));

    private static byte[] Bomb(Func<Stream, Stream> coding)
    {
        using var packed = new MemoryStream();
        using (var stream = coding(packed))
            stream.Write(new byte[16 << 20]);
        return packed.ToArray();
    }

    private static string Short(string text) =>
        (text.Length <= 60 ? text : $"{text[..60]}… ({text.Length})").Replace("\r\n", "⏎", StringComparison.Ordinal).Replace("\0", "␀", StringComparison.Ordinal);
}

/// <param name="Bytes">All that is sent.</param>
internal sealed record HostileRequest(string What, byte[] Bytes)
{
    /// <summary>The client then waits for the server instead of hanging up.</summary>
    public bool Patient { get; init; }

    /// <summary>Odd, but readable in one way only.</summary>
    public bool MayBeServed { get; init; }
}
