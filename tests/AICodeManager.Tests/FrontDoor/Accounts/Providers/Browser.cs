using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>A person at a provider, in the claims that the provider tells.</summary>
internal sealed record Person(string Sub, string? Email = null, bool EmailVerified = true, string? Name = null)
{
    /// <summary>Somebody whom no other test knows.</summary>
    public static Person New(string? email = null) => new(Guid.NewGuid().ToString("N"), email ?? $"{Guid.NewGuid():N}@example.com", Name: "Kim Minji");

    public string ToJson() => JsonSerializer.Serialize(
        new Dictionary<string, object?> { ["sub"] = Sub, ["email"] = Email, ["email_verified"] = EmailVerified, ["name"] = Name }
            .Where(c => c.Value is not null).ToDictionary());
}

/// <summary>What came back, with what a browser would look at.</summary>
internal sealed record Reply(int Status, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    public string? Code => ContentType == "application/problem+json" ? JsonElement.Parse(Text).GetProperty("code").GetString() : null;

    public JsonElement Json => JsonElement.Parse(Text);

    public Uri Location => Headers.Location ?? throw new InvalidOperationException($"{Status} {Text}");

    public string[] SetCookies => Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
}

/// <summary>One browser: its cookies for the server and for each provider, redirects taken by hand.</summary>
internal sealed class Browser(Uri server) : IDisposable
{
    public const string BindingCookie = "__Host-aicli_oauth", SessionCookie = "__Host-aicli_session";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Dictionary<string, Dictionary<string, string>> jars = [];

    public Browser(LiveServer server)
        : this(server.Address)
    {
    }

    /// <summary>For the server.</summary>
    public Dictionary<string, string> Cookies => JarOf(server);

    public Task<Reply> OpenAsync(string path, string accept = "application/json", string? language = null) =>
        SendAsync(HttpMethod.Get, new Uri(server, path), null, accept, language);

    /// <summary>What a page's script sends, with the token that it asks for first.</summary>
    public async Task<Reply> SendAsync(HttpMethod method, string path, object? json = null)
    {
        var token = (await OpenAsync("/api/v1/csrf")).Json.GetProperty("csrf_token").GetString();
        return await SendAsync(method, new Uri(server, path), json is null ? null : JsonContent.Create(json), "application/json", null, token);
    }

    /// <summary>What a form sends that has no script: its fields alone.</summary>
    public Task<Reply> SubmitAsync(string path, Dictionary<string, string> form) =>
        SendAsync(HttpMethod.Post, new Uri(server, path), new FormUrlEncodedContent(form), "text/html", null);

    /// <summary>Starts a sign-in; where the server sends the browser.</summary>
    public async Task<Uri> BeginAsync(string provider, string? returnTo = null)
    {
        var reply = await OpenAsync($"/auth/oauth/{provider}" + (returnTo is null ? "" : $"?return_to={Uri.EscapeDataString(returnTo)}"));
        Assert.True(reply.Status == 302, reply.Text);
        return reply.Location;
    }

    /// <summary>Signs in at the provider, or cancels there; path and query of the callback it sends the browser to.</summary>
    public async Task<string> AtProviderAsync(Uri address, Person? person)
    {
        for (var hops = 0; hops < 10; hops++)
        {
            if (address.AbsolutePath.StartsWith("/auth/callback/", StringComparison.Ordinal))
            {
                return address.PathAndQuery;
            }

            if (address.AbsolutePath.StartsWith("/interaction/", StringComparison.Ordinal))
            {
                address = new Uri($"{address}?account={Uri.EscapeDataString(person?.ToJson() ?? "null")}");
            }

            var reply = await SendAsync(HttpMethod.Get, address, null, "text/html", null);
            Assert.True(reply.Status is >= 300 and < 400, $"{address}: {reply.Status} {reply.Text}");
            address = new Uri(address, reply.Location);
        }

        throw new InvalidOperationException("The provider redirects in circles.");
    }

    /// <summary>The whole way; the server's answer to the callback.</summary>
    public async Task<Reply> SignInAsync(string provider, Person? person, string? returnTo = null) =>
        await OpenAsync(await AtProviderAsync(await BeginAsync(provider, returnTo), person));

    /// <summary>Who is signed in; null for nobody.</summary>
    public async Task<JsonElement?> WhoAmIAsync() => await OpenAsync("/api/v1/auth/me") is { Status: 200 } reply ? reply.Json : null;

    public void Dispose() => http.Dispose();

    private Dictionary<string, string> JarOf(Uri address) =>
        jars.TryGetValue(address.Authority, out var jar) ? jar : jars[address.Authority] = [];

    private async Task<Reply> SendAsync(HttpMethod method, Uri address, HttpContent? body, string accept, string? language, string? token = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body };
        request.Headers.Add("Accept", accept);
        if (language is not null)
        {
            request.Headers.Add("Accept-Language", language);
        }

        if (token is not null)
        {
            request.Headers.Add("X-CSRF-Token", token);
        }

        var jar = JarOf(address);
        if (jar.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", jar.Select(c => $"{c.Key}={c.Value}")));
        }

        using var answer = await http.SendAsync(request, Cancel);
        var reply = new Reply(
            (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer.Headers, answer.Content.Headers.ContentType?.MediaType);
        // No page is open here: the cookie that holds a browser's key is for pages alone.
        foreach (var pair in reply.SetCookies.Select(c => c.Split(';')[0].Split('=', 2)).Where(p => !p[0].EndsWith("aicli_key", StringComparison.Ordinal)))
        {
            jar[pair[0]] = pair[1];
        }

        return reply;
    }
}
