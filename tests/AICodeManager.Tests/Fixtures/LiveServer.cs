using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Server;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Probes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Fixtures;

/// <summary>The real server on a loopback port, with a data folder of its own.</summary>
public sealed class LiveServer : IAsyncDisposable
{
    public const string Password = "a long enough passphrase";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder;
    private readonly WebApplication app;
    private readonly bool sandboxed;
    private int users;

    private LiveServer(TempFolder folder, WebApplication app, Uri address, bool sandboxed) =>
        (this.folder, this.app, Address, this.sandboxed) = (folder, app, address, sandboxed);

    public Uri Address { get; }

    public IServiceProvider Services => app.Services;

    public Database Database => Services.GetRequiredService<Database>();

    /// <summary>
    /// Starts on defaults, SQLite, and the given environment variables. Tasks can be run only where these name
    /// <c>AICLI_SANDBOX</c>: else every test would pay for a try at breaking out of one.
    /// </summary>
    /// <param name="config">Text of a <c>config.yml</c>.</param>
    /// <param name="realHashing">Passwords cost what they cost outside of tests.</param>
    public static async Task<LiveServer> StartAsync(
        IReadOnlyDictionary<string, string>? environment = null, string? config = null, Action<IServiceCollection>? change = null,
        Action<IEndpointRouteBuilder>? routes = null, bool realHashing = false)
    {
        var folder = new TempFolder();
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["AICLI_DATA"] = folder.File("data"),
            ["LOG_LEVEL"] = "error",
        };
        variables.TryAdd("ANTHROPIC_BASE_URL", "http://127.0.0.1:9");
        if (config?.Contains("allowed_hosts", StringComparison.Ordinal) != true)
        {
            // The others are names under which tests of passkeys and of signatures know it.
            variables.TryAdd("AICLI_ALLOWED_HOSTS", "127.0.0.1,manager.example,nodes.example.test");
        }

        // Tests sign in as often as they like; those of limits say otherwise.
        if (config?.Contains("rate_limit:", StringComparison.Ordinal) != true)
        {
            variables.TryAdd("API_RATE_LIMIT_ENABLED", "false");
        }

        if (config is not null)
        {
            await File.WriteAllTextAsync(folder.File("config.yml"), config, Cancel);
        }

        var sandboxed = variables.ContainsKey("AICLI_SANDBOX");
        var settings = ConfigurationLoader.Load(variables, folder.Path).Settings;
        var app = await ServerHost.BuildAsync(settings, ["http://127.0.0.1:0"], Change, routes, Cancel);
        await app.StartAsync(Cancel);
        return new LiveServer(folder, app, new Uri(app.Urls.First()), sandboxed);

        void Change(IServiceCollection services)
        {
            if (!realHashing)
            {
                QuickPasswords.Use(services);
            }

            change?.Invoke(services);
            if (!sandboxed && services.SingleOrDefault(s => s.ImplementationType == typeof(SandboxProver)) is { } prover)
            {
                services.Remove(prover);
            }
        }
    }

    /// <summary>A client that has not signed in.</summary>
    public ApiClient Anonymous() => new(new HttpClient { BaseAddress = Address });

    /// <summary>A new account, signed in.</summary>
    public async Task<ApiClient> SignUpAsync(string role = "user")
    {
        var email = $"user{Interlocked.Increment(ref users)}@example.com";
        var client = Anonymous();
        await client.PostAsync("auth/register", new { email, password = Password });
        if (role != "user")
        {
            await Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET role = @role WHERE email = @email", new { role, email }), Cancel);
        }

        await client.SignInAsync(email, Password);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        if (sandboxed)
        {
            await RemoveSandboxesAsync();
        }

        await app.DisposeAsync();
        folder.Dispose();
    }

    // Durable sandboxes outlive their server on purpose; a test's must not.
    private async Task RemoveSandboxesAsync()
    {
        var sandboxes = Services.GetRequiredService<Sandboxes>();
        try
        {
            foreach (var left in await sandboxes.FindAsync(new Dictionary<string, string>(), CancellationToken.None))
            {
                await sandboxes.RemoveAsync(left.Name, CancellationToken.None);
            }
        }
        catch (SandboxException)
        {
            // No engine here: nothing was started.
        }
    }
}

/// <summary>Speaks the API as any client would; a refusal that a test did not expect fails it with the problem's text.</summary>
public sealed class ApiClient(HttpClient http)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public HttpClient Http => http;

    public string? Token => http.DefaultRequestHeaders.Authorization?.Parameter;

    public async Task SignInAsync(string email, string password)
    {
        var answer = await PostAsync("auth/login", new { email, password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("access_token").GetString());
    }

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await http.GetAsync(Api(path), Cancel));

    public async Task<JsonElement> PostAsync(string path, object body) =>
        await ReadAsync(await http.PostAsJsonAsync(Api(path), body, Cancel));

    public async Task<JsonElement> DeleteAsync(string path) => await ReadAsync(await http.DeleteAsync(Api(path), Cancel));

    /// <summary>Sends anything and gives status and problem code.</summary>
    public async Task<(int Status, string? Code)> TryAsync(HttpMethod method, string path, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, Api(path)) { Content = body };
        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        var code = answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? JsonElement.Parse(text).GetProperty("code").GetString()
            : null;
        return ((int)answer.StatusCode, code);
    }

    public Task<(int Status, string? Code)> TryAsync(HttpMethod method, string path, object body) =>
        TryAsync(method, path, JsonContent.Create(body));

    private static string Api(string path) => path.StartsWith('/') ? path : $"/api/v1/{path}";

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
            return text.Length == 0 ? default : JsonElement.Parse(text);
        }
    }
}
