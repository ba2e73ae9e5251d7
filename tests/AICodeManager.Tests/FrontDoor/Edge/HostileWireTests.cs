using System.Text;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>What is hardly HTTP at all: refused by the parser or by us, and the server goes on.</summary>
public sealed class HostileWireTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    [Fact]
    public async Task Whatever_comes_over_the_wire()
    {
        const string Close = "Connection: close\r\n", Host = "Host: localhost\r\n";
        var latin = Encoding.Latin1;
        string[] wholes =
        [
            "", "\r\n\r\n", "GET", "GET /\r\n\r\n", "\0\0\0\0", "GET / HTTP/9.9\r\n\r\n", "GET  /  HTTP/1.1\r\n\r\n", $"G\0T / HTTP/1.1\r\n{Host}\r\n", $"{new string('A', 5000)} / HTTP/1.1\r\n{Host}\r\n",
            $"GET /{new string('a', 20_000)} HTTP/1.1\r\n{Host}{Close}\r\n", $"GET / HTTP/1.1\r\n{Close}\r\n", $"GET / HTTP/1.1\r\n{Host}{Host}{Close}\r\n", $"GET / HTTP/1.1\r\nHost: a b\r\n{Close}\r\n",
            $"GET / HTTP/1.1\r\nHost: \u00e9\r\n{Close}\r\n", $"GET / HTTP/1.1\r\nHost: {new string('h', 9000)}\r\n{Close}\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001", $"CONNECT localhost:22 HTTP/1.1\r\n{Host}{Close}\r\n",
            $"OPTIONS * HTTP/1.1\r\n{Host}{Close}\r\n", $"GET http://169.254.169.254/ HTTP/1.1\r\n{Host}{Close}\r\n", $"TRACE /api/v1/auth/me HTTP/1.1\r\n{Host}{Close}\r\n",
        ];
        string[] heads =
        [
            "X: a\0b", "X: a\rb", "X : a", ": a", "X\r\n y: z", "X: a\r\n folded", "Cookie: __Host-aicli_session=\0", "Authorization: Bearer a\0", "Authorization: Bearer \u00ff", "User-Agent: \u00ff\u00fe",
            "Cookie: __Host-aicli_session=\u00ff", $"X: {new string('x', 40_000)}", string.Join("\r\n", Enumerable.Range(0, 300).Select(i => $"X{i}: 1")), "Content-Length: -1", "Content-Length: 1\r\nContent-Length: 2",
            "Content-Length: 99999999999999999999", "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: nonsense", "Transfer-Encoding: chunked, chunked", "Expect: 100-continue", "Upgrade: websocket\r\nConnection: Upgrade",
        ];
        string[] targets =
        [
            "/%", "/%zz", "/%00", "/api/v1/%00", "/api/v1/auth/me%00", "/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/..%2fadmin/users", "/api/v1//admin//users", "//evil.example/x", "/\\evil", "/api/v1/%ff%fe",
            "/api/v1/tasks/%ed%a0%80", "/api/v1/tasks/00000000-0000-0000-0000-000000000000/approvals/%00", $"/api/v1/projects/{Guid.Empty}/files/..%2f..%2fetc%2fpasswd", $"/api/v1/projects/{Guid.Empty}/files/%00",
            "/auth/callback/%00?state=a&code=b", "/auth/oauth/%F0%9F%92%A9", $"/{string.Join('/', Enumerable.Repeat("a", 3000))}", "/é", "/api/v1/auth/me?\0", "/API/V1/AUTH/ME",
        ];
        await hostile.FireAsync(
        [
            .. wholes.Select((w, i) => new Shot($"request {i}", latin.GetBytes(w), MayBeBare: true)),
            .. heads.Select((h, i) => new Shot($"head {i}", latin.GetBytes($"GET /api/v1/auth/me HTTP/1.1\r\n{Host}{Close}{h}\r\n\r\n"), MayBeBare: true)),
            .. targets.SelectMany(t => ((string[])["GET", "POST", "DELETE", "BREW"]).Select(m => new Shot($"{m} {t}", latin.GetBytes($"{m} {t} HTTP/1.1\r\n{Host}{Close}\r\n"), MayBeBare: true))),
        ]);
        Assert.Equal(200, (await RawHttp.SendAsync(hostile.Server.Address, RawHttp.Request("GET", "/healthz"), hangUp: false, TestContext.Current.CancellationToken))?.Status);
    }
}
