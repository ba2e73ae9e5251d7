using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Accounts.Providers;

namespace AICodeManager.Tests.Keeping.Secrets;

/// <summary>
/// A real server process, at the most talkative level of its log, whose every secret is marked, and whoever uses it: each
/// secret that it gives or is given is marked, too.
/// </summary>
internal sealed class MarkedRun : IAsyncDisposable
{
    public const string Variable = "value of the workspace's variable", TaskToken = "token of the task";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private CrookedProvider provider = null!;

    private MarkedRun()
    {
    }

    public SecretSearch Secrets { get; } = new();

    public AnswerLog Log { get; } = new();

    public ServerProcess Server { get; private set; } = null!;

    public CrookedProvider Provider => provider;

    public static async Task<MarkedRun> StartAsync(string engine, ModelScript script)
    {
        var run = new MarkedRun { provider = await CrookedProvider.StartAsync() };
        var secrets = run.Secrets;
        secrets.Mark("OAuth client secret", AuthorizationServer.Secret);
        secrets.Mark("API key", TaskLab.RealKey);
        var config = $"""
            oauth2:
              providers:
            {AuthorizationServer.Lines(CrookedProvider.Name, run.provider.Issuer, $"https://aicli.example.test/auth/callback/{CrookedProvider.Name}")}
            audit:
              storage: "both"
            monitoring:
              alerts:
                channels:
                  - type: "webhook"
                    url: "http://127.0.0.1:9/{secrets.New("address of a webhook")}"
                    secret: "{secrets.New("secret of a webhook")}"
                    allow_private_addresses: true
                    allow_http: true
                  - type: "email"
                    recipients: ["one@example.test"]
                smtp:
                  host: "127.0.0.1"
                  port: 9
                  security: "starttls"
                  username: "alerts"
                  password: "{secrets.New("password of the mail server")}"
                  from: "alerts@example.test"
            """;
        run.Server = await ServerProcess.StartAsync(engine, script with { RequireKey = TaskLab.RealKey }, new Dictionary<string, string>
        {
            ["LOG_LEVEL"] = "trace",
            ["JWT_SECRET_KEY"] = secrets.New("JWT secret"),
            ["SESSION_SECRET_KEY"] = secrets.New("session secret"),
            ["CSRF_SECRET_KEY"] = secrets.New("CSRF secret"),
            ["DB_ENCRYPTION_KEY"] = secrets.New("database key"),
            ["DB_ENCRYPTION_PREVIOUS_KEYS"] = secrets.New("previous database key"),
            ["BFF_SECRET_KEY"] = secrets.New("BFF secret"),
            ["AICLI_ADMIN_EMAIL"] = "admin@example.com",
            ["AICLI_ADMIN_PASSWORD"] = secrets.New("password of the administrator"),
        }, config);
        return run;
    }

    /// <summary>A client whose answers are kept.</summary>
    public ApiClient NewClient() => new(new HttpClient(Log, disposeHandler: false) { BaseAddress = Server.Address });

    /// <summary>Registers and signs in; what comes back is marked.</summary>
    public async Task<ApiClient> SignUpAsync(string email, string password)
    {
        var client = NewClient();
        await client.PostAsync("auth/register", new { email, password });
        await SignInAsync(client, email, password);
        return client;
    }

    public async Task SignInAsync(ApiClient client, string email, string password, string? code = null)
    {
        client.Http.DefaultRequestHeaders.Authorization = null;
        using var answer = await client.Http.PostAsync(
            "/api/v1/auth/login", JsonContent.Create(code is null ? new { email, password } : (object)new { email, password, code }), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        var json = JsonElement.Parse(text);
        client.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Mark(json, "access_token"));
        Mark(json, "refresh_token");
        if (answer.Headers.TryGetValues("X-Device-Token", out var device))
        {
            Secrets.Mark("device token", device.First());
        }
    }

    /// <summary>Sends text as JSON, whatever it is.</summary>
    public async Task<int> SendAsync(ApiClient client, HttpMethod method, string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"/api/v1/{path}");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.Http.SendAsync(request, Cancel);
        return (int)answer.StatusCode;
    }

    /// <summary>A member of an answer that is a secret.</summary>
    public string Mark(JsonElement answer, string member) => Secrets.Mark(member, answer.GetProperty(member).GetString()!);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await provider.DisposeAsync();
        Log.Dispose();
    }
}
