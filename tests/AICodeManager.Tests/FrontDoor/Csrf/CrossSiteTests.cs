using System.Text.Json;

namespace AICodeManager.Tests.FrontDoor.Csrf;

/// <summary>Pages of other origins against a person's cookies, in Chromium (spec A11, A3).</summary>
public sealed class CrossSiteTests(CrossSiteRun run) : IClassFixture<CrossSiteRun>
{
    [Fact]
    public void A_page_of_ours_signs_in_and_writes_with_a_token_and_not_without()
    {
        var seen = run.Seen.GetProperty("own");
        Assert.Equal(("403 csrf_failed", "200"), (Text(seen, "bare"), Text(seen, "login")));
        Assert.Equal(("403 csrf_failed", "403 csrf_failed", "201"), (Text(seen, "without"), Text(seen, "stale"), Text(seen, "with")));
    }

    [Fact]
    public void Scripts_see_the_token_and_neither_session_nor_mark()
    {
        var cookies = Text(run.Seen.GetProperty("own"), "cookies")!;
        Assert.Contains("_csrf=", cookies, StringComparison.Ordinal);
        Assert.DoesNotContain("aicli", cookies, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_on_another_port_gets_the_session_sent_along_and_all_the_same_changes_nothing()
    {
        var seen = run.Seen.GetProperty("neighbour");
        Assert.All(["logout", "login", "complete"], what => Assert.True(
            // SameSite does not tell ports apart: were it not for this layer, the server would take it for the victim.
            seen.GetProperty(what).GetProperty("session").GetBoolean(), what));
        // What reads as JSON but does not say so finds no route at all.
        Assert.Equal((403, 415, 403), (Status(seen, "logout"), Status(seen, "login"), Status(seen, "complete")));
        // A script may not even learn that it was refused (Cross-Origin-Resource-Policy).
        Assert.StartsWith("net::ERR_BLOCKED_BY_RESPONSE", Text(seen.GetProperty("script"), "failure"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_another_site_signs_nobody_in()
    {
        var seen = run.Seen.GetProperty("elsewhere");
        Assert.Equal((415, 403), (Status(seen, "login"), Status(seen, "complete")));
        Assert.Equal(401, Status(seen, "logout"));
        Assert.False(seen.GetProperty("logout").GetProperty("session").GetBoolean());
    }

    [Theory]
    [InlineData("neighbour")]
    [InlineData("elsewhere")]
    public void Other_pages_read_nothing_and_frame_nothing(string where)
    {
        var seen = run.Seen.GetProperty(where);
        Assert.Equal(("TypeError", "TypeError", "TypeError"), (Text(seen, "read"), Text(seen, "token"), Text(seen, "header")));
        Assert.StartsWith("chrome-error:", Text(seen, "frame"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_cors_allows_reads_and_changes_nothing()
    {
        var seen = run.Seen.GetProperty("allowed");
        Assert.Equal((200, CrossSiteRun.Victim), (Number(seen, "status"), Text(seen, "email")));
        Assert.Equal(["Date", "X-Request-Id"], seen.GetProperty("headers").EnumerateArray().Select(h => h.GetString()));
        Assert.Equal((403, "origin_refused"), (Number(seen, "write"), Text(seen, "code")));
    }

    [Fact]
    public void After_all_that_the_victim_is_signed_in_as_before_and_nothing_was_made()
    {
        var seen = run.Seen.GetProperty("after");
        Assert.Equal(CrossSiteRun.Victim, Text(seen, "email"));
        Assert.Equal(["ours"], seen.GetProperty("workspaces").EnumerateArray().Select(w => w.GetString()));
    }

    [Fact]
    public void Each_refusal_is_in_the_audit() =>
        // Of the neighbour three, from elsewhere the one that needs no session, of the page that CORS allows one.
        Assert.Equal(new Dictionary<string, int> { ["csrf_failed"] = 3, ["origin_refused"] = 5 }, run.Audited);

    [Fact]
    public void The_guides_policy_lets_no_inline_code_run_but_what_has_the_answers_nonce()
    {
        var seen = run.Seen.GetProperty("policy");
        Assert.Equal((false, true, "7px"), (seen.GetProperty("bare").GetBoolean(), seen.GetProperty("marked").GetBoolean(), Text(seen, "style")));
    }

    private static int Status(JsonElement seen, string what) => Number(seen.GetProperty(what), "status");

    private static string? Text(JsonElement at, string name) => at.GetProperty(name).GetString();

    private static int Number(JsonElement at, string name) => at.GetProperty(name).GetInt32();
}
