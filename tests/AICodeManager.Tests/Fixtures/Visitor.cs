using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AICodeManager.Tests.Fixtures;

/// <summary>
/// Somebody at a server: a cookie jar as a browser has it, an address and a user agent that the test chooses. The server
/// believes the address only when it was started with <see cref="Addresses"/>. No page is open here, so the cookie that
/// holds a browser's key, which is for pages alone, is not kept. Beside cookies it sends a token against cross-site requests,
/// asked for as the dashboard does: with a session, and again where it is refused.
/// </summary>
public sealed class Visitor : IDisposable
{
    private const string AddressHeader = "X-Test-Address";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly HttpClient http;

    public Visitor(LiveServer server, string address = "203.0.113.7", string userAgent = Firefox)
    {
        http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server.Address };
        (Server, Address, UserAgent) = (server, address, userAgent);
    }

    public const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0";
    public const string Chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

    public LiveServer Server { get; }

    public string Address { get; set; }

    public string? UserAgent { get; set; }

    /// <summary>Sent as a bearer token when set.</summary>
    public string? Token { get; set; }

    /// <summary>Sent with what changes something.</summary>
    public string? Csrf { get; private set; }

    /// <summary>Cookies by name, as the server set them last.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>Lets a server take the client's address from the test's header, as a trusted proxy would tell it.</summary>
    public static void Addresses(IServiceCollection services) => services.TryAddEnumerable(ServiceDescriptor.Transient<IStartupFilter, AddressFilter>());

    /// <summary>The same person with what they carry now, at another node of the same installation.</summary>
    public Visitor At(LiveServer other)
    {
        var there = new Visitor(other, Address, UserAgent!) { Token = Token, Csrf = Csrf };
        foreach (var (name, value) in Cookies)
        {
            there.Cookies[name] = value;
        }

        return there;
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        var answer = await SendOnceAsync(method, path, body);
        return answer.Code == "csrf_failed" && await AskForTokenAsync() ? await SendOnceAsync(method, path, body) : answer;
    }

    /// <summary>Asks for the token of the session or, without one, of this browser.</summary>
    public async Task<bool> AskForTokenAsync()
    {
        var answer = await SendOnceAsync(HttpMethod.Get, "csrf", null);
        Csrf = answer.Status == HttpStatusCode.OK ? answer.Json.GetProperty("csrf_token").GetString() : null;
        return Csrf is not null;
    }

    private async Task<Answer> SendOnceAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"/api/v1/{path}");
        request.Headers.Add(AddressHeader, Address);
        if (UserAgent is not null)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }

        if (Token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Token}");
        }

        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        }

        if (Csrf is not null && Token is null && method != HttpMethod.Get)
        {
            request.Headers.Add("X-CSRF-Token", Csrf);
        }

        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await http.SendAsync(request, Cancel);
        var set = response.Headers.TryGetValues("Set-Cookie", out var values) ? values.ToArray() : [];
        foreach (var cookie in set)
        {
            Keep(cookie);
        }

        var text = await response.Content.ReadAsStringAsync(Cancel);
        var json = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true
            ? JsonElement.Parse(text)
            : default;
        return new Answer(response.StatusCode, json, text, set, string.Join(", ", response.Headers.WwwAuthenticate));
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body ?? new { });

    /// <summary>Signs in as a browser, or for tokens, which are kept for the requests that follow.</summary>
    public async Task<Answer> SignInAsync(string email, string client = "browser")
    {
        var answer = await PostAsync("auth/login", new { email, password = LiveServer.Password, client });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Token = client == "api" ? answer.Json.GetProperty("access_token").GetString() : null;
        if (client == "browser")
        {
            await AskForTokenAsync();
        }

        return answer;
    }

    public void Dispose() => http.Dispose();

    private void Keep(string setCookie)
    {
        var pair = setCookie.Split(';')[0].Split('=', 2);
        if (pair[1].Length == 0 || pair[0].EndsWith("aicli_key", StringComparison.Ordinal))
        {
            Cookies.Remove(pair[0]);
        }
        else
        {
            Cookies[pair[0]] = pair[1];
        }
    }

    /// <summary>What came back.</summary>
    public sealed record Answer(HttpStatusCode Status, JsonElement Json, string Text, string[] SetCookies, string Challenge)
    {
        public string? Code => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("code", out var code) ? code.GetString() : null;

        public string? Detail => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("detail", out var detail) ? detail.GetString() : null;

        /// <summary>Status and code in one, for assertions.</summary>
        public (int Status, string? Code) Outcome => ((int)Status, Code);
    }

    private sealed class AddressFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate following) =>
            {
                if (IPAddress.TryParse(context.Request.Headers[AddressHeader], out var address))
                {
                    context.Connection.RemoteIpAddress = address;
                }

                return following(context);
            });
            next(app);
        };
    }
}
