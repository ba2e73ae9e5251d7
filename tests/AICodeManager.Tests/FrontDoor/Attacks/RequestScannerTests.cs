using System.Buffers;
using System.Text;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Tests.FrontDoor.Attacks;

/// <summary>One attack, in every place of a request where the server would use it; and the fields that may carry it.</summary>
public sealed class RequestScannerTests
{
    private const string Injection = "1' UNION SELECT email, password_hash FROM users --";
    private static readonly PatternRules NoPatterns = Patterns([]);

    [Fact]
    public void Finds_it_in_a_segment_of_the_path() =>
        Assert.Equal("path", Place((ref RequestScanner s) => s.Path($"/api/v1/projects/{Uri.EscapeDataString(Injection)}/files")));

    [Fact]
    public void Finds_it_in_a_value_of_the_route() => Assert.Equal("path.name", Place((ref RequestScanner s) => s.Route("name", Injection)));

    [Theory]
    [InlineData("?page=1&search={0}", "query.search")]
    [InlineData("?{0}=1", "query.1%27%20UNION%20SELECT%20email%2C%20password_hash%20FROM%20users%")]
    public void Finds_it_in_values_and_names_of_the_query(string query, string place) =>
        Assert.Equal(place, Place((ref RequestScanner s) => s.Query(string.Format(query, Uri.EscapeDataString(Injection)))));

    [Theory]
    [InlineData("User-Agent")]
    [InlineData("Referer")]
    [InlineData("X-Forwarded-For")]
    public void Finds_it_in_headers(string name) =>
        Assert.Equal($"header.{name}", Place((ref RequestScanner s) => s.Header(name, Injection)));

    [Fact]
    public void Finds_it_in_a_cookie_of_somebody_else() =>
        Assert.Equal("cookie.theme", Place((ref RequestScanner s) => s.Cookies($"__Host-aicli_session=abc; theme={Uri.EscapeDataString(Injection)}")));

    [Fact]
    public void Does_not_look_at_cookies_of_its_own() =>
        Assert.Null(Place((ref RequestScanner s) => s.Cookies($"__Host-aicli_session={Uri.EscapeDataString(Injection)}")));

    [Theory]
    [InlineData("""{"name":"%"}""", "body.name")]
    [InlineData("""{"filter":{"tags":["a","%"]}}""", "body.filter.tags")]
    [InlineData("""{"a":{"b":1},"c":"%"}""", "body.c")]
    [InlineData("""{"list":[{"x":1},"%"]}""", "body.list")]
    [InlineData("""{"%":1}""", "body.1' UNION SELECT email, password_hash FROM users --")]
    [InlineData("""["%"]""", "body")]
    public void Finds_it_in_texts_and_names_of_json(string json, string place) =>
        Assert.Equal(place, Place((ref RequestScanner s) => Json(ref s, json.Replace("%", Injection))));

    [Fact]
    public void Reads_the_escapes_of_json_as_the_endpoint_will()
    {
        var escaped = string.Concat(Injection.Select(c => $"\\u{(int)c:x4}"));
        Assert.Equal("body.name", Place((ref RequestScanner s) => Json(ref s, $$"""{"name":"{{escaped}}"}""")));
    }

    [Fact]
    public void Finds_it_in_json_that_came_in_pieces()
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"name":"{{Injection}}"}""");
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var body = Pieces(bytes[..cut], bytes[cut..]);
            Assert.Equal("body.name", Place((ref RequestScanner s) => s.Body("application/json", body)));
        }
    }

    [Fact]
    public void Finds_it_in_json_behind_a_mark_of_utf8()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($$"""{"name":"{{Injection}}"}""")];
        for (var cut = 1; cut < 5; cut++)
        {
            var body = Pieces(bytes[..cut], bytes[cut..]);
            Assert.Equal("body.name", Place((ref RequestScanner s) => s.Body("application/json", body)));
        }
    }

    [Theory]
    [InlineData("""{"key":{"extra":"\ud800"},"name":"%"}""")]
    [InlineData("""{"key":{"\ud800":1},"name":"%"}""")]
    public void Finds_it_behind_a_text_that_is_not_unicode(string json) =>
        Assert.Equal("body.name", Place((ref RequestScanner s) => Json(ref s, json.Replace("%", Injection))));

    // No form of that kind is read, and to look for a long one in a body made for it takes long.
    [Fact]
    public void Does_not_look_for_a_boundary_longer_than_any()
    {
        var boundary = new string('x', 129);
        var body = $"--{boundary}\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n{Injection}\r\n--{boundary}--";
        Assert.NotEqual("body.name", Place((ref RequestScanner s) => s.Body($"multipart/form-data; boundary={boundary}", new(Encoding.UTF8.GetBytes(body)))));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "name=1%27+UNION+SELECT+email%2C+password_hash+FROM+users+--", "body.name")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n1' UNION SELECT a FROM b --\r\n--x--", "body.name")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"1' UNION SELECT a FROM b --\"\r\n\r\nfile\r\n--x--", "body.filename")]
    [InlineData("text/plain", "1' UNION SELECT a FROM b --", "body")]
    [InlineData(null, "1' UNION SELECT a FROM b --", "body")]
    public void Finds_it_in_other_bodies(string? type, string body, string place) =>
        Assert.Equal(place, Place((ref RequestScanner s) => s.Body(type, new(Encoding.UTF8.GetBytes(body)))));

    [Fact]
    public void Says_nothing_against_code_in_a_field_that_carries_code()
    {
        var found = Scan(Kinds(new FieldPolicy("prompt", FieldKind.Code)), (ref RequestScanner s) => Json(ref s, $$"""{"prompt":"{{Injection}}"}"""));
        Assert.False(found?.Any ?? false);
    }

    [Fact]
    public void Exempts_what_stands_within_such_a_field() =>
        Assert.False(Scan(Kinds(new FieldPolicy("public_key", FieldKind.Code)), (ref RequestScanner s) => Json(ref s, $$$"""{"public_key":{"n":"{{{Injection}}}"}}"""))?.Any ?? false);

    [Theory]
    [InlineData("""{"other":"%"}""")]
    [InlineData("""{"prompts":"%"}""")]
    [InlineData("""{"a":{"prompt":"%"}}""")]
    [InlineData("""{"Prompt":"%"}""")]
    public void Exempts_that_very_field_only(string json) =>
        Assert.True(Scan(Kinds(new FieldPolicy("prompt", FieldKind.Code)), (ref RequestScanner s) => Json(ref s, json.Replace("%", Injection)))!.Any);

    [Fact]
    public void A_path_of_names_that_is_too_long_matches_no_exemption()
    {
        var name = new string('a', 300);
        var json = $$$"""{"{{{name}}}":{"prompt":"{{{Injection}}}"}}""";
        Assert.True(Scan(Kinds(new FieldPolicy("prompt", FieldKind.Code), new FieldPolicy(name[..256], FieldKind.Code)), (ref RequestScanner s) => Json(ref s, json))!.Any);
    }

    [Fact]
    public void Never_looks_at_secrets() =>
        Assert.Null(Scan(Kinds(new FieldPolicy("password", FieldKind.Secret)), (ref RequestScanner s) => Json(ref s, $$"""{"password":"{{Injection}}"}""")));

    [Fact]
    public void Reads_up_to_the_first_fault_of_json_that_is_none() =>
        Assert.Equal("body.name", Place((ref RequestScanner s) => Json(ref s, $$"""{"name":"{{Injection}}", oops""")));

    [Fact]
    public void Shows_at_most_64_characters_and_none_that_a_terminal_obeys()
    {
        var found = Scan(FieldKinds.None, (ref RequestScanner s) => s.Query("?q=" + Uri.EscapeDataString("\u001b[2J" + Injection + new string('x', 500))))!;
        var sign = found.StrongestOf(AttackClass.SqlInjection);
        Assert.Equal(64, sign.Sample.Length);
        Assert.DoesNotContain('\u001b', sign.Sample);
    }

    [Fact]
    public void Patterns_of_the_configuration_count_beside_the_detectors()
    {
        var found = Scan(FieldKinds.None, (ref RequestScanner s) => s.Query("?q=xyzzy"), Patterns(["xyz+y"]))!;
        Assert.Equal(3, found.ScoreOf(AttackClass.SqlInjection));
    }

    [Fact]
    public void A_rule_that_is_turned_off_finds_nothing()
    {
        var rule = Scan(FieldKinds.None, (ref RequestScanner s) => s.Query("?q=" + Uri.EscapeDataString(Injection)))!.StrongestOf(AttackClass.SqlInjection).Finding.Rule;
        var found = Scan(FieldKinds.None, (ref RequestScanner s) => s.Query("?q=" + Uri.EscapeDataString(Injection)), Patterns([], rule));
        Assert.NotEqual(rule, found?.StrongestOf(AttackClass.SqlInjection).Finding.Rule);
    }

    [Fact]
    public void A_clean_request_allocates_nothing()
    {
        // The first calls compile.
        for (var i = 0; i < 200; i++)
            Clean();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Clean();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Clean()
        {
            var scanner = new RequestScanner(FieldKinds.None, NoPatterns);
            scanner.Route("id", "0199d1a7-7c4e-7e6b-a6e0-2a1c9f1d3b11");
            scanner.Query("?limit=50&name=%EC%84%9C%EC%9A%B8+office");
            scanner.Header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0");
            scanner.Json(Body);
            Assert.Null(scanner.Found);
        }
    }

    [Fact]
    public void No_bytes_whatever_make_it_throw()
    {
        var random = new Random(20261121);
        var bytes = new byte[400];
        string?[] types = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/plain", null, "?"];
        const string Marks = "{}[]\",:'%&=;/\\<>()-#*\r\n\0a1\u00ff";
        for (var round = 0; round < 20_000; round++)
        {
            var length = random.Next(bytes.Length);
            for (var i = 0; i < length; i++)
                bytes[i] = random.Next(8) == 0 ? (byte)random.Next(256) : (byte)Marks[random.Next(Marks.Length)];
            var scanner = new RequestScanner(FieldKinds.None, NoPatterns);
            scanner.Body(types[round % types.Length], new(bytes, 0, length));
            var text = Encoding.Latin1.GetString(bytes, 0, length);
            scanner.Query(text);
            scanner.Path(text);
            scanner.Cookies(text);
            scanner.Header("X", text);
        }
    }

    private static readonly ReadOnlySequence<byte> Body = new("""{"name":"Order desk","note":"회의는 3시에 시작합니다"}"""u8.ToArray());

    private delegate void Step(ref RequestScanner scanner);

    private static Findings? Scan(FieldKinds kinds, Step step, PatternRules? patterns = null)
    {
        var scanner = new RequestScanner(kinds, patterns ?? NoPatterns);
        step(ref scanner);
        return scanner.Found;
    }

    private static string? Place(Step step) => Scan(FieldKinds.None, step)?.StrongestOf(AttackClass.SqlInjection).Place;

    private static void Json(ref RequestScanner scanner, string json) => scanner.Body("application/json", new(Encoding.UTF8.GetBytes(json)));

    private static FieldKinds Kinds(params FieldPolicy[] policies) => new(policies);

    private static PatternRules Patterns(string[] sql, params string[] off)
    {
        var settings = ConfigurationLoader.Load(new Dictionary<string, string> { ["AICLI_DATA"] = Path.GetTempPath() }, Path.GetTempPath()).Settings;
        var detection = settings.Monitoring.AttackDetection;
        return new(detection with { SqlInjection = detection.SqlInjection with { Patterns = sql }, DisabledRules = off });
    }

    private static ReadOnlySequence<byte> Pieces(byte[] first, byte[] second)
    {
        var head = new Piece(first);
        var tail = head.Append(second);
        return new(head, 0, tail, second.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes) => Memory = bytes;

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
