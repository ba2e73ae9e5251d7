using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Bff;

/// <summary>A browser, the BFF in a place of its own, and an API that only ever sees public keys (spec B2).</summary>
public sealed class KeyCookieFlowTests : IAsyncLifetime
{
    private ApiUpstream api = null!;
    private BffRig bff = null!;

    private PageBrowser Page => bff.Page;

    public async ValueTask InitializeAsync()
    {
        api = await ApiUpstream.StartAsync();
        bff = await BffRig.StartAsync(api.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await bff.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Signing_in_makes_the_browser_a_device_whose_key_no_script_sees()
    {
        var id = await Page.SignInAsync();
        Assert.Equal(SignatureAlgorithm.ES256, api.Keys[id].Algorithm);
        using var again = await Page.SendAsync("POST", "/api/v1/auth/login", JsonContent.Create(new { }));
        var cookie = Assert.Single(Page.SetCookies, c => c.StartsWith(PageBrowser.KeyCookie, StringComparison.Ordinal)).ToLowerInvariant();
        Assert.All(["; secure", "; httponly", "; samesite=strict", "; path=/", "; max-age=604800"], part => Assert.Contains(part, cookie, StringComparison.Ordinal));
        Assert.DoesNotContain("domain", cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/v1/tasks?a=1&b=%2F%20x&a=%7e")]
    [InlineData("GET", "/api/v1/a%25b/%E2%82%AC;c=d/...x?x=[1]&y={z}|")]
    [InlineData("DELETE", "/api/v1/tasks/7")]
    [InlineData("HEAD", "/api/v1/tasks")]
    [InlineData("POST", "/api/v1/tasks")]
    public async Task Everything_to_the_api_is_signed_over_the_target_as_it_was_written(string method, string target)
    {
        var id = await Page.SignInAsync();
        using var answer = await Page.SendAsync(method, target);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((method, target, (Guid?)id), (api.Last.Method, api.Last.Target, api.Last.Signed));
        Assert.Equal(api.Address.Authority, api.Last.Headers["Host"]);
    }

    [Fact]
    public async Task The_key_cookie_itself_goes_no_further_and_the_others_do()
    {
        await Page.SignInAsync();
        Page.Cookies["theme"] = "dark";
        using var answer = await Page.SendAsync("GET", "/api/v1/tasks");
        Assert.Equal($"{PageBrowser.SessionCookie}={Page.Cookies[PageBrowser.SessionCookie]}; theme=dark", api.Last.Headers["Cookie"]);
        using var page = await Page.SendAsync("GET", "/healthz");
        Assert.DoesNotContain(PageBrowser.KeyCookie, api.Last.Headers["Cookie"], StringComparison.Ordinal);
        Assert.Null(api.Last.Signed);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(10, false)]
    [InlineData(65_536, true)]
    [InlineData(3_000_000, true)]
    public async Task A_body_is_hashed_and_signed_before_it_goes_out(int length, bool chunked)
    {
        var id = await Page.SignInAsync();
        var body = RandomNumberGenerator.GetBytes(length);
        using var content = chunked ? (HttpContent)new StreamContent(new Unsized(body)) : new ByteArrayContent(body);
        using var answer = await Page.SendAsync("POST", "/api/v1/tasks", content);
        Assert.Equal((id, (long)length, Convert.ToHexString(SHA256.HashData(body))), (api.Last.Signed, api.Last.Length, api.Last.BodyHash));
        Assert.DoesNotContain("Transfer-Encoding", api.Last.Headers.Keys);
    }

    [Fact]
    public async Task A_page_that_hashed_its_body_has_it_streamed_and_a_wrong_digest_is_the_apis_to_refuse()
    {
        var id = await Page.SignInAsync();
        var body = RandomNumberGenerator.GetBytes(200_000);
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:";
        using (var content = new StreamContent(new Unsized(body)))
        using (var answer = await Page.SendAsync("POST", "/api/v1/tasks", content, headers: ("Content-Digest", digest)))
            Assert.Equal((id, "chunked"), (api.Last.Signed, api.Last.Headers["Transfer-Encoding"]));

        using var changed = new ByteArrayContent([.. body, 1]);
        Assert.Equal((401, "signature_invalid"), await Page.TryAsync("POST", "/api/v1/tasks", changed, ("Content-Digest", digest)));
    }

    [Fact]
    public async Task A_token_beside_the_key_is_covered()
    {
        var id = await Page.SignInAsync();
        using var answer = await Page.SendAsync("GET", "/api/v1/tasks", headers: ("Authorization", "Bearer x"));
        Assert.Equal((id, true), (api.Last.Signed, api.Last.Headers["Signature-Input"].Contains("\"authorization\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("POST", "csrf_origin", "Origin", "https://evil.example")]
    [InlineData("POST", "csrf_origin", "Origin", "null")]
    [InlineData("POST", "csrf_origin", "Origin", "")]
    [InlineData("DELETE", "csrf_origin", "Origin", "http://127.0.0.1.evil.example")]
    [InlineData("POST", "csrf_origin", "Sec-Fetch-Site", "cross-site")]
    [InlineData("GET", "csrf_origin", "Sec-Fetch-Site", "cross-site")]
    [InlineData("GET", "csrf_origin", "Sec-Fetch-Site", "same-site")]
    [InlineData("GET", "csrf_origin", "Sec-Fetch-Site", "")]
    [InlineData("GET", "csrf_origin", "Origin", "https://evil.example")]
    [InlineData("POST", "csrf_invalid", "X-CSRF-Token", "")]
    [InlineData("PUT", "csrf_invalid", "X-CSRF-Token", "AAAA")]
    [InlineData("TRACE", "csrf_invalid", "X-CSRF-Token", "")]
    public async Task A_foreign_request_is_refused_before_the_cookie_is_opened(string method, string code, string header, string value)
    {
        await Page.SignInAsync();
        var before = api.Requests.Count;
        // A cookie that does not open: were it opened first, it would be forgotten and the request passed on unsigned.
        Page.Cookies[PageBrowser.KeyCookie] = Bent(Page.Cookies[PageBrowser.KeyCookie]);
        Assert.Equal((403, code), await Page.TryAsync(method, "/api/v1/tasks", headers: (header, value)));
        Assert.Empty(Page.SetCookies);
        Assert.Equal(before, api.Requests.Count);
    }

    [Fact]
    public async Task A_token_of_another_browsers_key_is_none()
    {
        await Page.SignInAsync();
        var theirs = Page.Csrf;
        Page.Cookies.Clear();
        api.User = Guid.NewGuid();
        await Page.SignInAsync();
        Assert.Equal((403, "csrf_invalid"), await Page.TryAsync("POST", "/api/v1/tasks", headers: ("X-CSRF-Token", theirs!)));
    }

    [Fact]
    public async Task A_cookie_that_does_not_open_is_forgotten_and_signs_nothing()
    {
        await Page.SignInAsync();
        Page.Cookies[PageBrowser.KeyCookie] = Bent(Page.Cookies[PageBrowser.KeyCookie]);
        using var answer = await Page.SendAsync("GET", "/api/v1/tasks");
        Assert.Equal((HttpStatusCode.OK, (Guid?)null), (answer.StatusCode, api.Last.Signed));
        Assert.DoesNotContain(PageBrowser.KeyCookie, Page.Cookies.Keys);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_key_cookie_at_all_is_forgotten(string value)
    {
        Page.Cookies[PageBrowser.KeyCookie] = value;
        using var answer = await Page.SendAsync("POST", "/api/v1/tasks", headers: ("Origin", ""));
        Assert.Equal((HttpStatusCode.OK, (Guid?)null), (answer.StatusCode, api.Last.Signed));
        Assert.Contains(Page.SetCookies, c => c.StartsWith($"{PageBrowser.KeyCookie}=;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_key_cookies_are_none()
    {
        await Page.SignInAsync();
        var mine = $"{PageBrowser.KeyCookie}={Page.Cookies[PageBrowser.KeyCookie]}";
        using var answer = await Page.SendAsync("GET", "/api/v1/tasks", headers: ("Cookie", $"{mine}; {mine}; a=b"));
        Assert.Null(api.Last.Signed);
        Assert.Equal("a=b", api.Last.Headers["Cookie"]);
    }

    [Fact]
    public async Task A_revoked_key_is_forgotten()
    {
        api.Revoked.Enqueue(await Page.SignInAsync());
        Assert.Equal((401, "key_revoked"), await Page.TryAsync("GET", "/api/v1/tasks"));
        Assert.DoesNotContain(PageBrowser.KeyCookie, Page.Cookies.Keys);
        Assert.Equal((200, null), await Page.TryAsync("GET", "/api/v1/tasks"));
    }

    [Fact]
    public async Task Signing_out_ends_the_key_and_forgets_it()
    {
        var id = await Page.SignInAsync();
        Assert.Equal((204, null), await Page.TryAsync("POST", "/api/v1/auth/logout"));
        Assert.Equal([id], api.Revoked);
        Assert.DoesNotContain(PageBrowser.KeyCookie, Page.Cookies.Keys);
    }

    [Fact]
    public async Task Signing_in_again_keeps_the_device_and_another_person_gets_another()
    {
        var id = await Page.SignInAsync();
        Assert.Equal(id, await Page.SignInAsync());
        Assert.Single(api.Keys);
        api.User = Guid.NewGuid();
        Assert.NotEqual(id, await Page.SignInAsync());
        Assert.Equal(2, api.Keys.Count);
    }

    [Fact]
    public async Task Signing_in_with_a_dead_key_makes_a_new_one()
    {
        var id = await Page.SignInAsync();
        api.Revoked.Enqueue(id);
        // The first attempt tells the browser to forget the key, as any request would.
        Assert.Equal((401, "key_revoked"), await Page.TryAsync("POST", "/api/v1/auth/login", JsonContent.Create(new { })));
        Assert.NotEqual(id, await Page.SignInAsync());
    }

    [Fact]
    public async Task A_key_that_cannot_be_registered_does_not_fail_the_sign_in()
    {
        api.RefuseKeysWith = 409;
        using var answer = await Page.SendAsync("POST", "/api/v1/auth/login", JsonContent.Create(new { }));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([PageBrowser.SessionCookie], Page.Cookies.Keys);
        Assert.Equal((404, "no_cookie_key"), await Page.TryAsync("GET", "/bff/key"));
        // Asked for by name, the API's refusal is what one gets.
        Assert.Equal((409, "refused_here"), await Page.TryAsync("POST", "/bff/key"));
        api.RefuseKeysWith = null;
        Assert.Equal((200, null), await Page.TryAsync("POST", "/bff/key"));
        Assert.Contains(PageBrowser.KeyCookie, Page.Cookies.Keys);
    }

    [Fact]
    public async Task Another_persons_key_does_not_stay_beside_a_session_that_got_none()
    {
        await Page.SignInAsync();
        api.User = Guid.NewGuid();
        api.RefuseKeysWith = 500;
        using var answer = await Page.SendAsync("POST", "/api/v1/auth/login", JsonContent.Create(new { }));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([PageBrowser.SessionCookie], Page.Cookies.Keys);
    }

    [Fact]
    public async Task Making_a_key_needs_a_page_of_ours_and_a_session()
    {
        Assert.Equal((401, "authentication_required"), await Page.TryAsync("POST", "/bff/key"));
        Page.Cookies[PageBrowser.SessionCookie] = "invented";
        Assert.Equal((401, "session_invalid"), await Page.TryAsync("POST", "/bff/key"));
        Assert.Equal((403, "csrf_origin"), await Page.TryAsync("POST", "/bff/key", headers: ("Origin", "https://evil.example")));
        Assert.Equal((403, "csrf_origin"), await Page.TryAsync("POST", "/bff/key", headers: ("Origin", "")));
    }

    [Fact]
    public async Task A_browser_can_end_its_own_key()
    {
        var id = await Page.SignInAsync();
        Assert.Equal((403, "csrf_invalid"), await Page.TryAsync("DELETE", "/bff/key", headers: ("X-CSRF-Token", "")));
        Assert.Equal((204, null), await Page.TryAsync("DELETE", "/bff/key"));
        Assert.Equal([id], api.Revoked);
        Assert.DoesNotContain(PageBrowser.KeyCookie, Page.Cookies.Keys);
        Assert.Equal((404, "no_cookie_key"), await Page.TryAsync("DELETE", "/bff/key"));
    }

    [Fact]
    public async Task An_old_key_is_replaced_once_however_many_ask_for_it()
    {
        var id = await Page.SignInAsync();
        var (old, csrf) = (Page.Cookies[PageBrowser.KeyCookie], Page.Csrf);
        api.On("/api/v1/due", context =>
        {
            context.Response.Headers["Key-Rotation-Due"] = "2026-12-01";
            return Task.CompletedTask;
        });
        var cookies = $"{PageBrowser.SessionCookie}={Page.Cookies[PageBrowser.SessionCookie]}; {PageBrowser.KeyCookie}={old}";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Page.SendAsync("GET", "/api/v1/due", headers: ("Cookie", cookies))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var set = answers.SelectMany(a => a.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : []).ToArray();
        Assert.Single(set);
        Assert.Equal(id, Assert.Single(api.Rotations).Old);

        Page.Cookies[PageBrowser.KeyCookie] = set[0].Split(';')[0].Split('=', 2)[1];
        Assert.Equal(api.Rotations.Single().New, await Page.AskForKeyAsync());
        using var signed = await Page.SendAsync("GET", "/api/v1/tasks");
        Assert.Equal(api.Rotations.Single().New, api.Last.Signed);
        Assert.NotEqual(csrf, Page.Csrf);
    }

    [Fact]
    public async Task A_page_that_signs_by_itself_is_left_alone()
    {
        await Page.SignInAsync();
        Assert.Equal((401, "signature_malformed"), await Page.TryAsync("GET", "/api/v1/tasks", headers: ("Signature-Input", "x=(")));
    }

    private static string Bent(string value) => value[..^5] + (value[^5] == 'A' ? 'B' : 'A') + value[^4..];

    /// <summary>A stream that tells nobody how long it is.</summary>
    private sealed class Unsized(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
