using System.Reflection;
using System.Text;
using System.Text.Json;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Access;
using Microsoft.AspNetCore.Http.Metadata;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>Malformed and hostile bodies for every route that takes one: refused with a code and an event, never a fault.</summary>
public sealed class HostileBodyTests(HostileServer hostile) : IClassFixture<HostileServer>
{
    private const string Json = "Content-Type: application/json\r\n";

    private static readonly byte[][] Bodies =
    [
        [], [0], [0xFF, 0xFE, 0x7B, 0], [0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'], [(byte)'{', (byte)'"', 0xC0, 0x80, (byte)'"', (byte)':', (byte)'1', (byte)'}'],
        .. ((string[])
        [
            "null", "true", "1", "\"x\"", "[]", "{}", "{", "{}{}", "{} x", "{/**/}", "{,}", "{\"a\":1,\"a\":2}", "{\"\":0}", "{\"\\ud800\":0}", "{\"__proto__\":{}}",
            "{\"$type\":\"System.Object\"}", new string('[', 100_000), string.Concat(Enumerable.Repeat("{\"a\":", 5000)), "1e999999", "-", "NaN", new string('9', 100_000),
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e999", "123456789012345678901234567890", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"a\\udfff@example.com\"", "\"\\uffff\"", "[]", "{}",
        "[[[[[[[[]]]]]]]]", "{\"a\":{\"a\":[0]}}", $"\"{new string('x', 100_000)}\"", $"\"{string.Concat(Enumerable.Repeat("\\u0000", 2000))}\"",
    ];

    [Fact]
    public async Task Whatever_is_sent_to_a_route_that_takes_JSON()
    {
        List<Shot> shots = [];
        foreach (var (route, path, type) in Taking())
        {
            var signedIn = await SignedInAsync();
            shots.AddRange(Bodies.Select((body, i) => new Shot($"{route} body {i}", RawHttp.Request(route.Split(' ')[0], path, Json + signedIn, body))));
            var fields = Fields(type);
            foreach (var (name, _) in fields)
            {
                foreach (var value in Values.Append($"\"x\",\"{name}\":\"y\""))
                {
                    // Proofs that are guessed wrong end the session they come in.
                    shots.Add(Aimed(fields, name, value, path.EndsWith("/step-up", StringComparison.Ordinal) ? await SignedInAsync() : signedIn));
                }
            }

            Shot Aimed(IReadOnlyList<(string Name, string Value)> all, string name, string value, string headers) => new(
                $"{route} {name}={value[..Math.Min(40, value.Length)]}",
                RawHttp.Request(route.Split(' ')[0], path, Json + headers, Encoding.UTF8.GetBytes(
                    $"{{{string.Join(',', all.Select(f => $"\"{f.Name}\":{(f.Name == name ? value : f.Value)}"))}}}")));
        }

        Assert.True(shots.Count > 500, "Hardly any route takes a body: the walk is broken.");
        await hostile.FireAsync(shots);
        Assert.Equal(0, await hostile.Server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'request_failed'"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whatever_a_body_claims_to_be()
    {
        string[] types = ["", "x", "text/plain", "application/json; charset=utf-16", "application/json; charset=\"", "application/json; charset=nonsense", "application/xml",
            "multipart/form-data", "multipart/form-data; boundary=" + new string('x', 500), "application/x-www-form-urlencoded", "application/json, text/html", new('/', 8000)];
        List<Shot> shots = [];
        foreach (var (route, path, _) in Taking())
        {
            var signedIn = await SignedInAsync();
            shots.AddRange(types.Select(t => new Shot(
                $"{route} as {t[..Math.Min(60, t.Length)]}", RawHttp.Request(route.Split(' ')[0], path, $"Content-Type: {t}\r\n{signedIn}", "{\"no such member\":0}"u8.ToArray()))));
            shots.Add(new($"{route} in broken chunks", [.. RawHttp.Request(route.Split(' ')[0], path, $"{Json}{signedIn}Transfer-Encoding: chunked\r\n"), .. "5\r\n{\"a\":\r\nZZ\r\n"u8], MayBeBare: true));
            shots.Add(new($"{route} cut off", [.. RawHttp.Request(route.Split(' ')[0], path, $"{Json}{signedIn}Content-Length: 1000\r\n"), .. "{\"a\":"u8], MayBeBare: true));
            shots.Add(new($"{route} larger than all", RawHttp.Request(route.Split(' ')[0], path, $"{Json}{signedIn}Content-Length: 900000000000\r\n"), MayBeBare: true));
        }

        await hostile.FireAsync(shots);
    }

    private async Task<string> SignedInAsync() => $"Authorization: Bearer {await hostile.TokenAsync()}\r\n";

    private IEnumerable<(string Route, string Path, Type Body)> Taking() =>
        from route in AccessTable.Routes(hostile.Server)
        let body = route.Value.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType
        where body is not null
        let path = route.Key.Split(' ')[1].Replace("{provider}", "github", StringComparison.Ordinal)
        select (route.Key, AccessScene.Absent().Fill(path, Guid.Empty), body);

    /// <summary>The body's fields with a value that each takes.</summary>
    private static IReadOnlyList<(string Name, string Value)> Fields(Type body) =>
    [
        .. (body.GetConstructors().MaxBy(c => c.GetParameters().Length)?.GetParameters() ?? []).Select(p => (JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name ?? throw new InvalidOperationException(body.FullName)), Filler(p))),
    ];

    private static string Filler(ParameterInfo field)
    {
        var type = Nullable.GetUnderlyingType(field.ParameterType) ?? field.ParameterType;
        return type == typeof(string) ? field.Name is "Email" or "email" ? "\"a@example.com\"" : "\"x\""
            : type == typeof(bool) ? "false"
            : type.IsPrimitive || type == typeof(decimal) ? "1"
            : type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? "[]"
            : "{}";
    }
}
