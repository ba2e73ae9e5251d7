using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Server.Bff;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Bff;

/// <summary>A real BFF on a loopback port in front of an API, and a browser with a jar of cookies in front of it.</summary>
internal sealed class BffRig : IAsyncDisposable
{
    public const string KeyCookie = "__Host-aicli_key", SessionCookie = "__Host-aicli_session";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder;
    private readonly WebApplication app;

    private BffRig(TempFolder folder, WebApplication app)
    {
        (this.folder, this.app, Address) = (folder, app, new Uri(app.Urls.First()));
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>What the last answer set.</summary>
    public string[] SetCookies { get; private set; } = [];

    public string? Csrf { get; set; }

    public IServiceProvider Services => app.Services;

    public string DataFolder => folder.File("data");

    public static async Task<BffRig> StartAsync(
        Uri api, BffOptions? options = null, IReadOnlyDictionary<string, string>? environment = null, Action<IServiceCollection>? change = null)
    {
        var folder = new TempFolder();
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["AICLI_DATA"] = folder.File("data"), ["LOG_LEVEL"] = "error",
        };
        var app = BffHost.Build(BffSettings.Load(variables, folder.Path), (options ?? new BffOptions(api)) with { Api = api }, ["http://127.0.0.1:0"], change);
        await app.StartAsync(Cancel);
        return new BffRig(folder, app);
    }

    /// <summary>Signs in as a page does, and asks for the token of the key that it got.</summary>
    public async Task<Guid> SignInAsync()
    {
        (await SendAsync("POST", "/api/v1/auth/login", JsonContent.Create(new { email = "a@example.com", password = "x" }))).EnsureSuccessStatusCode();
        return await AskForKeyAsync();
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
        var uri = new Uri(Address.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri) { Content = body };
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Sec-Fetch-Site"] = "same-origin",
            ["Origin"] = method is "GET" or "HEAD" ? "" : Address.GetLeftPart(UriPartial.Authority),
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

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        folder.Dispose();
    }
}
