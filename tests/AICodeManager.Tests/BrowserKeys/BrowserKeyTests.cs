using System.Text.Json;

namespace AICodeManager.Tests.BrowserKeys;

/// <summary>The module for browsers (<c>src/browser-keys</c>) in Chromium: keys that the browser keeps, and what takes their place.</summary>
public sealed class BrowserKeyTests(BrowserRun run) : IClassFixture<BrowserRun>
{
    [Fact]
    public void A_key_is_registered_from_a_browser_session_and_cannot_be_exported()
    {
        var seen = run["custody"];
        Assert.Equal("bff-cookie not_registered", Path(seen.GetProperty("before")));
        Assert.Equal("browser ES256", Path(seen.GetProperty("after")));
        Assert.Equal(("private", false), (Text(seen, "type"), seen.GetProperty("extractable").GetBoolean()));
        Assert.All(Texts(seen, "exports"), fault => Assert.Equal("InvalidAccessError", fault));
        var listed = Assert.Single(seen.GetProperty("listed").EnumerateArray());
        Assert.Equal(
            ("browser", "My laptop", true, Text(seen.GetProperty("after"), "thumbprint")),
            (Text(listed, "custody"), Text(listed, "name"), listed.GetProperty("current").GetBoolean(), Text(listed, "thumbprint")));
    }

    [Theory]
    [InlineData("reloaded")]
    [InlineData("restarted")]
    public void A_key_outlives(string what)
    {
        var (first, later) = (run["custody"].GetProperty("after"), run["custody"].GetProperty(what));
        Assert.Equal(Text(first, "keyId"), Text(later.GetProperty("status"), "keyId"));
        Assert.Equal(Text(first, "thumbprint"), Text(later.GetProperty("status"), "thumbprint"));
        Assert.Equal(200, later.GetProperty("get").GetInt32());
    }

    [Fact]
    public void Signed_requests_are_accepted_with_es256() => AcceptsAll(run["custody"].GetProperty("round"));

    [Theory]
    [InlineData("Ed25519")]
    [InlineData("PS256")]
    public void Signed_requests_are_accepted_with(string algorithm)
    {
        var seen = run["algorithms"].GetProperty(algorithm);
        Assert.Equal($"browser {algorithm}", Path(seen.GetProperty("status")));
        Assert.Equal(algorithm, Text(seen, "listed"));
        AcceptsAll(seen.GetProperty("round"));
    }

    [Theory]
    [InlineData("body")]
    [InlineData("query")]
    [InlineData("method")]
    [InlineData("nonce")]
    [InlineData("digest")]
    [InlineData("authorization")]
    public void A_request_is_refused_that_was_changed_on_its_way_in_its(string part) =>
        Assert.Equal("401 signature_invalid", Outcome(run["tampering"].GetProperty(part)));

    [Fact]
    public void Changed_requests_do_not_cost_the_key()
    {
        Assert.All(run["tampering"].GetProperty("untouched").EnumerateArray(), status => Assert.Equal(200, status.GetInt32()));
        Assert.Equal("browser", Text(run["tampering"], "custody"));
    }

    [Fact]
    public void A_request_cannot_be_sent_again()
    {
        var seen = run["replay"];
        Assert.Equal(200, seen.GetProperty("first").GetInt32());
        Assert.Equal(401, seen.GetProperty("second").GetInt32());
        Assert.Equal("replay_detected", Text(seen, "code"));
    }

    [Theory]
    [InlineData("behind", 1)]
    [InlineData("ahead", -1)]
    public void A_wrong_clock_costs_one_refusal(string clock, int hours)
    {
        var seen = run["clock"].GetProperty(clock);
        Assert.Equal("browser", Text(seen, "custody"));
        Assert.Equal((200, "{\"text\":\"twice\"}", 200), (Number(seen, "first"), Text(seen, "body"), Number(seen, "second")));
        Assert.Equal((2, 3, hours), (Number(seen, "registered"), Number(seen, "sent"), Number(seen, "hours")));
    }

    [Fact]
    public void Two_tabs_share_one_key()
    {
        var enrolled = run["tabs"].GetProperty("enrolled").EnumerateArray().ToList();
        Assert.Equal(Text(enrolled[0], "keyId"), Text(enrolled[1], "keyId"));
        Assert.Equal(1, Number(run["tabs"], "registered"));
    }

    [Fact]
    public void Two_tabs_rotate_once_when_the_server_asks_for_it()
    {
        var seen = run["tabs"];
        Assert.Equal(204, Number(seen, "forced"));
        Assert.All(seen.GetProperty("answers").EnumerateArray(), status => Assert.Equal(200, status.GetInt32()));
        Assert.Equal(1, Number(seen, "rotations"));
        var keys = seen.GetProperty("keys").EnumerateArray().ToDictionary(key => Text(key, "key_id")!, key => (Text(key, "state"), Text(key, "successor_id")));
        var (old, next) = (Text(seen.GetProperty("enrolled")[0], "keyId")!, Text(seen.GetProperty("after")[0], "keyId")!);
        Assert.Equal(2, keys.Count);
        Assert.Equal((("deprecated", next), ("active", null)), (keys[old], keys[next]));
        Assert.All(seen.GetProperty("after").EnumerateArray(), tab =>
        {
            Assert.Equal((next, 200), (Text(tab, "keyId"), Number(tab, "get")));
            Assert.Equal(JsonValueKind.Null, tab.GetProperty("rotationDue").ValueKind);
        });
    }

    [Fact]
    public void A_lost_answer_loses_no_key()
    {
        var seen = run["lostAnswers"];
        Assert.Equal(("TypeError", "TypeError"), (Text(seen, "registering"), Text(seen, "rotating")));
        var keys = seen.GetProperty("keys").EnumerateArray().Select(key => Text(key, "key_id")).ToList();
        // Newest first: one key of each, though each was asked for twice.
        Assert.Equal([Text(seen.GetProperty("rotated"), "keyId"), Text(seen.GetProperty("registered"), "keyId")], keys);
        Assert.Equal(("browser ES256", 200), (Path(seen.GetProperty("rotated")), Number(seen, "get")));
    }

    [Fact]
    public void A_revoked_key_is_forgotten_and_the_cookie_takes_its_place()
    {
        var seen = run["revoked"];
        Assert.Equal("bff-cookie key_revoked", Path(seen.GetProperty("status")));
        Assert.False(seen.GetProperty("stored").GetBoolean());
        Assert.True(Number(seen, "changes") > 0);
        IsByCookie(seen.GetProperty("answer").GetProperty("body"));
    }

    [Fact]
    public void After_a_revoked_key_another_can_be_registered()
    {
        var enrolled = run["revoked"].GetProperty("enrolled");
        Assert.Equal("browser ES256", Path(enrolled));
        Assert.NotEqual(Text(run["revoked"], "keyId"), Text(enrolled, "keyId"));
    }

    [Fact]
    public void A_forgotten_key_is_revoked()
    {
        Assert.Equal("bff-cookie forgotten", Path(run["forgotten"].GetProperty("status")));
        Assert.False(run["forgotten"].GetProperty("stored").GetBoolean());
        Assert.Equal("revoked", Text(run["forgotten"], "state"));
    }

    [Fact]
    public void Evicted_storage_leaves_the_cookie_and_a_new_pair()
    {
        var seen = run["evicted"];
        Assert.Equal("bff-cookie not_registered", Path(seen.GetProperty("status")));
        Assert.NotEqual(Text(seen, "before"), Text(seen, "thumbprint"));
        IsByCookie(seen.GetProperty("answer").GetProperty("body"));
    }

    [Theory]
    [InlineData("throws", "no_storage")]
    [InlineData("fails", "no_storage")]
    [InlineData("absent", "no_storage")]
    [InlineData("insecure", "insecure_context")]
    public void Where_the_browser_keeps_no_key_the_cookie_does(string refusal, string reason)
    {
        var seen = run["fallback"].GetProperty(refusal);
        Assert.Equal($"bff-cookie {reason}", Path(seen.GetProperty("opened")));
        Assert.Equal($"bff-cookie {reason}", Path(seen.GetProperty("registered")));
        Assert.Equal("11111111-1111-7111-8111-111111111111", Text(seen.GetProperty("registered"), "keyId"));
        Assert.False(seen.GetProperty("read").GetProperty("signed").GetBoolean());
        IsByCookie(seen.GetProperty("written"));
    }

    [Theory]
    [InlineData("text", "in text")]
    [InlineData("buffer", "in bytes")]
    [InlineData("view", "in bytes")]
    [InlineData("blob", "in a blob")]
    [InlineData("parameters", "in=parameters")]
    [InlineData("request", "in a request")]
    [InlineData("form", null)]
    public void A_body_is_signed_and_arrives_as(string form, string? text)
    {
        var body = run["bodies"].GetProperty(form);
        Assert.Equal(JsonValueKind.String, body.GetProperty("signed_by").ValueKind);
        Assert.Equal($"sha-256=:{Text(body, "sha256")}:", Text(body, "digest"));
        if (text is not null)
        {
            Assert.Equal(text, Text(body, "text"));
        }
        else
        {
            Assert.Contains("in a file", Text(body, "text"));
            Assert.StartsWith("multipart/form-data; boundary=", Text(body, "content_type"));
        }
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("none")]
    public void A_request_without_content_is_signed_without_a_digest(string form)
    {
        var body = run["bodies"].GetProperty(form);
        Assert.Equal(JsonValueKind.String, body.GetProperty("signed_by").ValueKind);
        Assert.Equal(("", 0), (Text(body, "digest"), Number(body, "length")));
    }

    [Theory]
    [InlineData("stream", "TypeError: A stream cannot be signed")]
    [InlineData("elsewhere", "TypeError: This key signs requests to http://127.0.0.1:")]
    [InlineData("moved", "TypeError: ")]
    [InlineData("algorithm", "TypeError")]
    public void Cannot_sign(string what, string fault) => Assert.StartsWith(fault, Text(run["bodies"], what));

    [Fact]
    public void The_module_needs_nothing_that_a_strict_policy_forbids()
    {
        var seen = run["policy"];
        Assert.Empty(Texts(seen, "violations"));
        // The policy was in force, and its violations are seen.
        var control = seen.GetProperty("control");
        Assert.Equal((false, false), (control.GetProperty("inline").GetBoolean(), control.GetProperty("evaluated").GetBoolean()));
        Assert.Equal(["connect-src", "script-src", "script-src-elem"], Texts(control, "seen").Select(v => v!.Split(' ')[0]).Order());
    }

    private static void AcceptsAll(JsonElement round) =>
        Assert.Equal((200, 201, 204), (Number(round, "get"), Number(round, "post"), Number(round, "delete")));

    private static void IsByCookie(JsonElement echo)
    {
        Assert.Equal(JsonValueKind.Null, echo.GetProperty("signed_by").ValueKind);
        Assert.False(echo.GetProperty("signed").GetBoolean());
        Assert.Equal("of-the-stand-in", Text(echo, "csrf_token"));
    }

    /// <summary>Which of the two is in use, and why or with what.</summary>
    private static string Path(JsonElement status) => $"{Text(status, "custody")} {Text(status, "reason") ?? Text(status, "algorithm")}";

    private static string Outcome(JsonElement answer) => $"{Number(answer, "status")} {Text(answer, "code")}";

    private static string? Text(JsonElement at, string name) => at.GetProperty(name).GetString();

    private static int Number(JsonElement at, string name) => at.GetProperty(name).GetInt32();

    private static List<string?> Texts(JsonElement at, string name) => [.. at.GetProperty(name).EnumerateArray().Select(text => text.GetString())];
}
