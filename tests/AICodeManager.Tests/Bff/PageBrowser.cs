using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Bff;

/// <summary>A browser with a page of the given address open: its jar of cookies, and the headers that only browsers write.</summary>
internal sealed class PageBrowser(Uri address) : IDisposable
{
    public const string KeyCookie = "__Host-aicli_key", SessionCookie = "__Host-aicli_session";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public Uri Address => address;

    /// <summary>Where its page lives: at the address itself, unless something stands in front of it.</summary>
    public string Origin { get; set; } = address.GetLeftPart(UriPartial.Authority);

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>What the last answer set.</summary>
    public string[] SetCookies { get; private set; } = [];

    public string? Csrf { get; set; }

    /// <summary>Signs in as a page does, and asks for the token of the key that it got.</summary>
    public async Task<Guid> SignInAsync(string email = "user1@example.com")
    {
        var person = new { email, password = LiveServer.Password, client = "browser" };
        (await SendAsync("POST", "/api/v1/auth/login", JsonContent.Create(person))).EnsureSuccessStatusCode();
        return await AskForKeyAsync();
    }

    /// <summary>Asks for the token that does without a key: of the session or, before there is one, of this browser.</summary>
    public async Task AskForTokenAsync()
    {
        using var answer = await SendAsync("GET", "/api/v1/csrf");
        answer.EnsureSuccessStatusCode();
        Csrf = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("csrf_token").GetString();
    }

    public async Task<Guid> AskForKeyAsync()
    {
        using var answer = await SendAsync("GET", "/bff/key");
        answer.EnsureSuccessStatusCode();
        var document = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Csrf = document.GetProperty("csrf_token").GetString();
        return document.GetProperty("key_id").GetGuid();
    }

    /// <summary>What a page's script sends: with the origin, the token and the cookies, unless a header says otherwise.</summary>
    /// <param name="headers">Further ones; an empty value leaves a usual one out.</param>
    public async Task<HttpResponseMessage> SendAsync(
        string method, string target, HttpContent? body = null, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead,
        params (string Name, string Value)[] headers)
    {
        var uri = new Uri(address.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri) { Content = body };
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Sec-Fetch-Site"] = "same-origin",
            ["Origin"] = method is "GET" or "HEAD" ? "" : Origin,
            ["X-CSRF-Token"] = method is "GET" or "HEAD" ? "" : Csrf ?? "",
            ["Cookie"] = string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")),
        };
        foreach (var (name, value) in headers)
            all[name] = value;
        foreach (var (name, value) in all.Where(h => h.Value.Length > 0))
            request.Headers.TryAddWithoutValidation(name, value);

        var answer = await Http.SendAsync(request, until, Cancel);
        SetCookies = answer.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        foreach (var pair in SetCookies.Select(line => line.Split(';')[0].Split('=', 2)))
        {
            if (pair[1].Length == 0)
                Cookies.Remove(pair[0]);
            else
                Cookies[pair[0]] = pair[1];
        }

        return answer;
    }

    public async Task<(int Status, string? Code)> TryAsync(string method, string target, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(method, target, body, headers: headers);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? JsonElement.Parse(text).GetProperty("code").GetString() : null);
    }

    public void Dispose() => Http.Dispose();
}
