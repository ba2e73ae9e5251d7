using System.Net.Http.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Access;
using AICodeManager.Tests.FrontDoor.Csrf.Proof;

namespace AICodeManager.Tests.FrontDoor.Csrf;

/// <summary>Requests that change something, from our pages, others' and none (spec A11).</summary>
public sealed class CsrfLayerTests(CsrfServer csrf) : IClassFixture<CsrfServer>
{
    private const string Make = "/api/v1/workspaces", SignIn = "/api/v1/auth/login";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_decision_of_gos_standard_library_is_ours_and_then_comes_the_token()
    {
        using var page = await csrf.SignedInAsync();
        List<string> wrong = [];
        foreach (var fact in OriginFacts.Writing.Concat(OriginFacts.Trusting))
        {
            (string, string)[] headers =
            [
                ("Sec-Fetch-Site", fact.SecFetchSite ?? ""),
                ("Origin", fact.Origin?.Replace("https://example.com", page.Origin, StringComparison.Ordinal) ?? ""),
            ];
            var with = await page.TryAsync("POST", Make, CsrfServer.Workspace(), headers);
            var without = await page.TryAsync("POST", Make, CsrfServer.Workspace(), [.. headers, ("X-CSRF-Token", "")]);
            // Its trusted origin is this server's in all cases, which the ones without it do not name.
            var expected = fact.Passes ? ((201, null), (403, "csrf_failed")) : ((403, "origin_refused"), (403, (string?)"origin_refused"));
            if ((with, without) != expected)
                wrong.Add($"{fact}: {with}, {without}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task No_route_that_changes_something_takes_a_session_without_its_token_or_from_elsewhere()
    {
        using var page = await csrf.SignedInAsync();
        List<string> wrong = [];
        var routes = AccessTable.Routes(csrf.Server).Where(r => !r.Key.StartsWith("GET ", StringComparison.Ordinal) && r.Value.Metadata.GetMetadata<CsrfExempt>() is null).ToList();
        foreach (var name in routes.Select(r => r.Key))
        {
            var (method, path) = (name.Split(' ')[0], AccessScene.Absent().Fill(name.Split(' ')[1].Replace("{provider}", "github", StringComparison.Ordinal), Guid.Empty));
            var without = await page.TryAsync(method, path, null, ("X-CSRF-Token", ""));
            var foreign = await page.TryAsync(method, path, null, ("Origin", "https://evil.example"));
            if (without != (403, "csrf_failed") || foreign != (403, "origin_refused"))
                wrong.Add($"{name}: {without}, {foreign}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.InRange(routes.Count, 30, 400);
        Assert.Equal((200, null), await page.TryAsync("GET", "/api/v1/auth/me"));
    }

    [Fact]
    public void Only_these_judge_for_themselves() => Assert.Equal(
        ["DELETE /bff/key", "POST /api/v1/auth/refresh", "POST /bff/key"],
        AccessTable.Routes(csrf.Server).Where(r => r.Value.Metadata.GetMetadata<CsrfExempt>() is not null).Select(r => r.Key).Order());

    [Fact]
    public async Task A_program_signs_in_and_works_without_any_of_it()
    {
        using var program = csrf.NewPage();
        (string, string)[] bare = [("Origin", ""), ("Sec-Fetch-Site", ""), ("X-CSRF-Token", "")];
        Assert.Equal((200, null), await program.TryAsync("POST", SignIn, CsrfServer.Login(), bare));
        var client = csrf.Server.Anonymous();
        await client.SignInAsync(CsrfServer.Email, LiveServer.Password);
        Assert.Equal((201, null), await client.TryAsync(HttpMethod.Post, "workspaces", CsrfServer.Workspace()));
    }

    [Fact]
    public async Task A_token_beside_a_cookie_is_what_counts()
    {
        using var page = await csrf.SignedInAsync();
        var client = csrf.Server.Anonymous();
        await client.SignInAsync(CsrfServer.Email, LiveServer.Password);
        // Nobody's page can have written this header, and identity reads no cookie beside it.
        Assert.Equal((201, null), await page.TryAsync(
            "POST", Make, CsrfServer.Workspace(), ("Authorization", $"Bearer {client.Token}"), ("Origin", "https://evil.example"), ("X-CSRF-Token", ""), ("User-Agent", "")));
    }

    [Theory]
    [InlineData("Signature-Input", "sig=(\"@method\");keyid=\"x\";tag=\"other\"")]
    [InlineData("Signature-Input", "sig=();tag=\"aicli-register\"")]
    [InlineData("Signature", "sig=:AAAA:")]
    [InlineData("Authorization", "Bearer x")]
    [InlineData("Authorization", "")]
    [InlineData("X-Requested-With", "XMLHttpRequest")]
    public async Task What_only_looks_like_a_proof_is_none(string name, string value)
    {
        using var page = await csrf.SignedInAsync();
        foreach (var path in new[] { Make, "/api/v1/keys" })
        {
            var (status, _) = await page.TryAsync("POST", path, CsrfServer.Workspace(), (name, value), ("X-CSRF-Token", ""), ("Origin", ""), ("Sec-Fetch-Site", ""));
            Assert.True(status is 401 or 403, $"{path}: {status}");
        }
    }

    [Fact]
    public async Task A_page_signs_in_with_a_token_of_its_own_browser_only()
    {
        using var page = csrf.NewPage();
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", SignIn, CsrfServer.Login()));
        using var thief = csrf.NewPage();
        await thief.AskForTokenAsync();
        page.Csrf = thief.Csrf;
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", SignIn, CsrfServer.Login()));
        await page.AskForTokenAsync();
        Assert.Equal((403, "origin_refused"), await page.TryAsync("POST", SignIn, CsrfServer.Login(), ("Origin", "https://evil.example")));
        Assert.Equal((403, "origin_refused"), await page.TryAsync("POST", SignIn, CsrfServer.Login(), ("Origin", ""), ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal((200, null), await page.TryAsync("POST", SignIn, CsrfServer.Login()));
    }

    [Fact]
    public async Task A_page_that_is_trusted_signs_in_without_cookies_and_with_them_needs_the_token()
    {
        using var page = csrf.NewPage();
        (string, string)[] theirs = [("Origin", CsrfServer.Trusted), ("Sec-Fetch-Site", "cross-site")];
        Assert.Equal((401, "invalid_credentials"), await page.TryAsync("POST", SignIn, CsrfServer.Login("a wrong passphrase"), theirs));
        page.Cookies["something"] = "1";
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", SignIn, CsrfServer.Login(), theirs));
        await page.AskForTokenAsync();
        Assert.Equal((200, null), await page.TryAsync("POST", SignIn, CsrfServer.Login(), theirs));
        await page.AskForTokenAsync();
        Assert.Equal((201, null), await page.TryAsync("POST", Make, CsrfServer.Workspace(), theirs));
        Assert.Equal((403, "origin_refused"), await page.TryAsync("POST", Make, CsrfServer.Workspace(), ("Origin", $"{CsrfServer.Trusted}.evil.example")));
    }

    [Fact]
    public async Task A_dead_session_leaves_the_way_to_sign_in_open()
    {
        using var page = await csrf.SignedInAsync();
        var session = page.Cookies[CsrfServer.Session];
        Assert.Equal((204, null), await page.TryAsync("POST", "/api/v1/auth/logout"));
        page.Cookies[CsrfServer.Session] = session;
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", SignIn, CsrfServer.Login()));
        await page.AskForTokenAsync();
        Assert.Equal((200, null), await page.TryAsync("POST", SignIn, CsrfServer.Login()));
    }

    [Fact]
    public async Task A_session_keeps_its_token_when_its_cookie_is_renewed()
    {
        using var page = await csrf.SignedInAsync();
        var before = page.Cookies[CsrfServer.Session];
        Assert.Equal((204, null), await page.TryAsync("POST", "/api/v1/auth/step-up", JsonContent.Create(new { password = LiveServer.Password })));
        Assert.NotEqual(before, page.Cookies[CsrfServer.Session]);
        Assert.Equal((201, null), await page.TryAsync("POST", Make, CsrfServer.Workspace()));
    }

    [Fact]
    public async Task Neither_another_sessions_token_nor_one_from_before_nor_one_that_is_too_old_will_do()
    {
        using var page = await csrf.SignedInAsync();
        using var other = await csrf.SignedInAsync();
        using var early = csrf.NewPage();
        await early.AskForTokenAsync();
        var mine = page.Csrf!;
        page.Cookies[CsrfServer.Mark] = early.Cookies[CsrfServer.Mark];
        foreach (var token in new[] { other.Csrf!, early.Csrf!, mine[..^1], mine + "A", new string('A', mine.Length), new string('x', 20_000), $"{mine}, {mine}", "~" })
            Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", Make, CsrfServer.Workspace(), ("X-CSRF-Token", token)));
        Assert.Equal((201, null), await page.TryAsync("POST", Make, CsrfServer.Workspace()));
        csrf.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", Make, CsrfServer.Workspace()));
    }

    [Fact]
    public async Task The_cookie_alone_proves_nothing()
    {
        using var page = await csrf.SignedInAsync();
        Assert.Equal(page.Csrf, page.Cookies["_csrf"]);
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", Make, CsrfServer.Workspace(), ("X-CSRF-Token", "")));
        // A subdomain may plant this cookie; that header and cookie agree says nothing.
        page.Cookies["_csrf"] = "planted";
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", Make, CsrfServer.Workspace(), ("X-CSRF-Token", "planted")));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("multipart")]
    public async Task A_form_carries_the_token_in_a_field(string kind)
    {
        using var page = await csrf.SignedInAsync();
        Assert.Equal((400, "oauth_state_invalid"), await page.TryAsync("POST", "/auth/oauth/complete", Form(page.Csrf!), ("X-CSRF-Token", "")));
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", "/auth/oauth/complete", Form("x"), ("X-CSRF-Token", "")));
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", "/auth/oauth/complete", Form(page.Csrf!, new string('x', 70_000)), ("X-CSRF-Token", "")));
        // A header that is wrong is not made good by a field.
        Assert.Equal((403, "csrf_failed"), await page.TryAsync("POST", "/auth/oauth/complete", Form(page.Csrf!), ("X-CSRF-Token", "x")));

        HttpContent Form(string token, string code = "123456")
        {
            var fields = new Dictionary<string, string> { ["handle"] = "x", ["code"] = code, ["_csrf_token"] = token };
            if (kind == "plain")
                return new FormUrlEncodedContent(fields);
            var form = new MultipartFormDataContent();
            foreach (var (name, value) in fields)
                form.Add(new StringContent(value), name);
            return form;
        }
    }

    [Fact]
    public async Task A_refusal_names_what_is_missing_and_where_to_get_it()
    {
        using var page = await csrf.SignedInAsync();
        using var answer = await page.SendAsync("POST", Make, CsrfServer.Workspace(), headers: [("X-CSRF-Token", "")]);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("The token is missing. Ask GET /api/v1/csrf", text, StringComparison.Ordinal);
        Assert.Contains("_csrf_token", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_there_with_or_without_a_token()
    {
        using var page = await csrf.SignedInAsync();
        Assert.Equal((404, "not_found"), await page.TryAsync("POST", "/api/v1/nothing", null, ("X-CSRF-Token", "")));
        Assert.Equal((405, "method_not_allowed"), await page.TryAsync("PUT", SignIn, null, ("X-CSRF-Token", "")));
    }
}
