using System.Text;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Access;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>Malformed and hostile heads of requests: refused with a code and an event, never a fault (issue 3, bad input).</summary>
public sealed class HostileHeaderTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    private const string Me = "/api/v1/auth/me", Cookie = "__Host-aicli_session";

    private static readonly string[] Odd =
    [
        "", " ", ";", ",", "=", "\"", "'", "%00", "%", "\\", "../..", "\t", "é", "ÿþ", "한글", "𝒳", "\u202e", "\uffff", "\ufeff", "\u0085",
        "null", "undefined", "[object Object]", "${jndi:ldap://x}", "' OR 1=1 --", "<script>", "-1", "1e999", new('9', 400), new('x', 16_000),
        new('=', 3000), string.Concat(Enumerable.Repeat("a=b; ", 3000)), string.Concat(Enumerable.Repeat("é", 7000)), string.Concat(Enumerable.Repeat("𝒳", 250)),
        "a" + string.Concat(Enumerable.Repeat("𝒳", 250)),
    ];

    [Fact]
    public async Task Whatever_claims_to_be_a_token()
    {
        var token = await hostile.TokenAsync();
        var parts = token.Split('.');
        var random = new Random(3);
        IEnumerable<string> values =
        [
            .. Odd, .. Odd.Select(o => $"Bearer {o}"), .. Odd.Select(o => $"{o} {token}"), .. Odd.Where(o => o.Trim().Length > 0).Select(o => $"Bearer {token}{o}"),
            "Bearer", "bearer", $"Bearer\t{token}x", $"Bearer  {token}", $"Basic {Convert.ToBase64String("a:b"u8)}", $"Bearer {token}, Bearer {token}",
            $"Bearer {token[..^1]}", $"Bearer {token}=", $"Bearer {parts[0]}.{parts[1]}.", $"Bearer .{parts[1]}.{parts[2]}", $"Bearer {parts[0]}..{parts[2]}",
            $"Bearer {token}.{parts[2]}", $"Bearer {parts[2]}.{parts[1]}.{parts[0]}", $"Bearer {new string('.', 8000)}",
            .. ((string[])["{}", "[]", "null", "{\"alg\":\"none\"}", "{\"alg\":\"HS256\",\"alg\":\"none\"}", "{\"alg\":", new string('[', 3000), "{\"alg\":\"\\ud800\"}", "\0"])
                .Select(h => $"Bearer {Base64(h)}.{parts[1]}.{parts[2]}"),
            .. Enumerable.Range(0, 150).Select(_ => $"Bearer {Bent(token, random)}"),
        ];
        var shots = values.SelectMany(v => (Shot[])
        [
            new($"Authorization: {Short(v)}", RawHttp.Request("GET", Me, $"Authorization: {v}\r\n")),
            new($"Authorization: {Short(v)} where all may come", RawHttp.Request("POST", "/api/v1/auth/refresh", $"Authorization: {v}\r\n", "{}"u8.ToArray())),
        ]).Append(new("two of them", RawHttp.Request("GET", Me, $"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n")));
        // One is right but for blanks around it, which are the header's and not the token's.
        Assert.All(await hostile.FireAsync(shots), a => Assert.InRange(a.Status, 400, 401));
    }

    [Fact]
    public async Task Whatever_claims_to_be_a_cookie()
    {
        var good = await hostile.CookieAsync();
        var random = new Random(4);
        IEnumerable<string> lines =
        [
            .. Odd, .. Odd.Select(o => $"{Cookie}={o}"), .. Odd.Select(o => $"{o}={good}"), .. Odd.Select(o => $"__Host-aicli_device={o}; __Host-aicli_oauth={o}"),
            string.Join("; ", Enumerable.Repeat($"{Cookie}=x", 500)), string.Join("; ", Enumerable.Range(0, 2000).Select(i => $"c{i}=v")),
            $"{Cookie}=\"{good}\"", $"{Cookie}={good}x", $"{Cookie}={good[..^1]}", $"{Cookie}={new string('A', good.Length)}", $"{Cookie}={good}=",
            .. Enumerable.Range(0, 100).Select(_ => $"{Cookie}={Bent(good, random)}"),
        ];
        using var browser = new Visitor(hostile.Server);
        await browser.AskForTokenAsync();
        var page = $"X-CSRF-Token: {browser.Csrf}\r\nCookie: __Host-aicli_pre={browser.Cookies["__Host-aicli_pre"]}; ";
        var shots = lines.Select(line => new Shot($"Cookie: {Short(line)}", RawHttp.Request("GET", Me, $"Cookie: {line}\r\n")))
            .Append(new("many lines", RawHttp.Request("GET", Me, string.Concat(Enumerable.Repeat($"Cookie: {Cookie}=x\r\n", 50)))))
            .Append(new("a device of nobody", RawHttp.Request("POST", "/api/v1/auth/login", $"Content-Type: application/json\r\n{page}__Host-aicli_device=x.y\r\n",
                "{\"email\":\"a@example.com\",\"password\":\"x\"}"u8.ToArray())));
        Assert.All(await hostile.FireAsync(shots), a => Assert.Equal(401, a.Status));
    }

    [Fact]
    public async Task Whatever_else_a_signed_in_client_may_say_of_itself()
    {
        var events = hostile.Scene.Fill("/api/v1/tasks/{id}/events", Guid.Empty);
        string[] names =
            ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Request-Id", "Accept", "Accept-Language", "Origin", "Referer", "Range", "If-None-Match", "Expect"];
        var token = await hostile.TokenAsync();
        List<Shot> shots = [Saying(token, Me, "X-Forwarded-For", string.Join(", ", Enumerable.Repeat("10.0.0.1", 1500)))];
        foreach (var odd in Odd)
        {
            // A program that changes so much loses its session.
            shots.Add(Saying(await hostile.TokenAsync(), Me, "User-Agent", odd));
            shots.AddRange(names.Select(name => Saying(token, Me, name, odd)));
            shots.Add(Saying(token, events, "Last-Event-ID", odd));
        }

        await hostile.FireAsync(shots);
        // Nobody is believed about their address.
        Assert.Equal(["127.0.0.1"], await hostile.Server.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT DISTINCT address FROM audit_events WHERE address IS NOT NULL"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whatever_a_query_may_hold_on_every_route_that_reads()
    {
        string[] odd =
        [
            "%", "%00", "%ff%fe", "%ed%a0%80", "%F0%9F%92%A9", "&&&==&=", "[]=1", "+", "1e999", "-1", "99999999999999999999", "'%20OR%201=1--", "..%2f..%2f", "%0d%0aX-A:%20b",
            new string('x', 7000), string.Join('&', Enumerable.Repeat("a=1", 1500)),
        ];
        string[] names = ["limit", "cursor", "name", "actor", "email", "role", "disabled", "path", "after", "return_to", "link", "state", "code", "iss", "error", "except"];
        var reading = AccessTable.Rows.Where(r => r.Method is "GET" && r.Path != "/readyz").ToList();
        List<Shot> shots = [];
        foreach (var row in reading)
        {
            var path = AccessScene.Absent().Fill(row.Path.Replace("{provider}", "github", StringComparison.Ordinal), Guid.Empty);
            var token = await hostile.TokenAsync();
            shots.AddRange(odd.Select(o => new Shot(
                $"{path}?{Short(o)}", RawHttp.Request("GET", $"{path}?{(o.Length > 100 ? o : string.Join('&', names.Select(n => $"{n}={o}")))}", $"Authorization: Bearer {token}\r\n"))));
        }

        await hostile.FireAsync(shots);
    }

    private static Shot Saying(string token, string path, string name, string value) =>
        new($"{name}: {Short(value)}", RawHttp.Request("GET", path, $"Authorization: Bearer {token}\r\n{name}: {value}\r\n"));

    private static string Bent(string text, Random random)
    {
        var bent = text.ToCharArray();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            // Any printable character but the one that stands there; the last one's lowest bits may be all that differs.
            var at = random.Next(bent.Length);
            bent[at] = (char)('!' + (bent[at] - '!' + random.Next(1, 93)) % 94);
        }

        return new string(bent);
    }

    private static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Short(string text) => text.Length <= 60 ? text : $"{text[..60]}… ({text.Length})";
}
