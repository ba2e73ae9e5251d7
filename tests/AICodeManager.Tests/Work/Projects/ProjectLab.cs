using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AICodeManager.Server;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Work.Projects;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Projects;

/// <summary>The server with its real pipeline on loopback, a data folder and a database file of its own, and two users.</summary>
public class ProjectLab : IAsyncLifetime
{
    private const string Password = "correct horse battery", SkipMark = "$XunitDynamicSkip$";
    private WebApplication? app;
    private ISandboxEngine? engine;
    private string? missing;
    private Sandboxes? sandboxes;
    private HttpClient? alice, bob, admin;
    private string address = "";

    public string Data { get; } = Directory.CreateTempSubdirectory("aicli-test-").FullName;

    /// <summary>An allowed folder with bare repositories.</summary>
    public string Sources => Path.Combine(Data, "sources");

    /// <summary>What the administrator allows; tests add to it by <see cref="Allow"/>.</summary>
    private List<GitSource> AllowedSources { get; } = [];

    public Settings Settings { get; private set; } = null!;

    /// <summary>Asking for it, or for a client, skips the test where this machine has no sandboxes.</summary>
    public Sandboxes Sandboxes => Present(sandboxes);

    public SandboxProfile Profile { get; } = new();

    public HttpClient Alice => Present(alice);

    public HttpClient Bob => Present(bob);

    public HttpClient Admin => Present(admin);

    /// <summary>A project that a class's tests share.</summary>
    public Task<Guid>? Shared { get; set; }

    public Guid Workspace { get; private set; }

    public void Allow(string source) => AllowedSources.Add(GitSource.Parse(source)!);

    protected virtual ISandboxEngine Engine() => Sandbox.Lab.Bubblewrap();

    public T Service<T>() where T : notnull => Present(app).Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        try
        {
            engine = Engine();
        }
        catch (Exception skip) when (skip.Message.StartsWith(SkipMark, StringComparison.Ordinal))
        {
            // A fixture cannot skip: its tests do, each when it asks for what is not there.
            missing = skip.Message[SkipMark.Length..];
            return;
        }

        Directory.CreateDirectory(Sources);
        await File.WriteAllTextAsync(Path.Combine(Data, "config.yml"), $"""
            projects:
              size_limit: 24m
              files_limit: 2000
              upload_limit: 4m
              diff_limit: 64k
            # Many requests, and sources that look like what they are: what lies behind is to hold by itself.
            rate_limit:
              enabled: false
            monitoring:
              attack_detection:
                enabled: false
            """, Cancel);
        Settings = ConfigurationLoader.Load(
            new Dictionary<string, string>
            {
                ["AICLI_DATA"] = Data, ["LOG_LEVEL"] = "error", ["AICLI_SANDBOX"] = "bubblewrap",
                ["AICLI_ADMIN_EMAIL"] = "admin@example.com", ["AICLI_ADMIN_PASSWORD"] = Password,
            },
            Data).Settings;
        AllowedSources.AddRange([GitSource.Parse(Sources)!, GitSource.Parse("https://git.example.com/team/")!]);
        Settings = Settings with { Projects = Settings.Projects with { GitSources = AllowedSources } };
        sandboxes = SandboxForTests.Make(engine);
        await StartAsync();
        alice = await SignInAsync("alice@example.com");
        bob = await SignInAsync("bob@example.com");
        admin = await SignInAsync("admin@example.com", register: false);
        Workspace = (await PostAsync(Alice, "workspaces", new { name = "mine" })).GetProperty("id").GetGuid();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        foreach (var client in new[] { alice, bob, admin })
            client?.Dispose();
        (engine as IDisposable)?.Dispose();
        FolderRemoval.Remove(Data);
    }

    public async Task<JsonElement> CreateAsync(object body, HttpClient? client = null) =>
        await ReadyAsync((await PostAsync(client ?? Alice, $"workspaces/{Workspace}/projects", body)).GetProperty("id").GetGuid());

    /// <summary>A new ready project of the given source, with a name of its own.</summary>
    public async Task<Guid> ProjectAsync(object? source = null)
    {
        var project = await CreateAsync(new { name = Guid.NewGuid().ToString("N"), source = source ?? new { type = "empty" } });
        Assert.True(project.GetProperty("state").GetString() == "ready", project.ToString());
        return project.GetProperty("id").GetGuid();
    }

    public async Task<JsonElement> UploadAsync(byte[] archive)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Guid.NewGuid().ToString("N")), "name" },
            { new ByteArrayContent(archive), "archive", "source.bin" },
        };
        using var answer = await Alice.PostAsync($"workspaces/{Workspace}/projects", form, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return await ReadyAsync(JsonDocument.Parse(text).RootElement.GetProperty("id").GetGuid());
    }

    /// <summary>The project once its preparation has ended.</summary>
    public async Task<JsonElement> ReadyAsync(Guid id)
    {
        var locks = Service<WorkingCopyLocks>();
        while (true)
        {
            var project = await GetAsync(Alice, $"projects/{id}");
            if (project.GetProperty("state").GetString() != "preparing" && locks.HeldFor(id) is null)
                return project;
        }
    }

    public static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Status and code of a refusal.</summary>
    public static async Task<string> RefusalAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return text.StartsWith('{') && JsonDocument.Parse(text).RootElement.TryGetProperty("code", out var code)
            ? $"{(int)answer.StatusCode} {code}"
            : $"{(int)answer.StatusCode}";
    }

    public async Task PutAsync(Guid project, string path, string text)
    {
        using var answer = await Alice.PutAsync($"projects/{project}/files/{path}", new ByteArrayContent(Encoding.UTF8.GetBytes(text)), Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public async Task<JsonElement> DiffAsync(Guid project)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"projects/{project}/diff");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await Alice.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>What an agent could do: a script in a sandbox with exactly an agent's mounts.</summary>
    /// <param name="mayFail">The bounds may end it: a hostile agent does not care.</param>
    public Task<string> AsAgentAsync(Guid project, string script, bool mayFail = false) => SandboxForTests.RunAsync(
        Sandboxes, Profile, Service<WorkingCopies>().AgentMounts(project), script, mayFail);

    /// <summary>A bare repository in the allowed folder; the script makes commits in its first clone.</summary>
    public async Task<string> RepositoryAsync(string script)
    {
        var name = Guid.NewGuid().ToString("N");
        var folder = SandboxForTests.OwnedFolder(Path.Combine(Sources, name), Profile);
        await SandboxForTests.RunAsync(Sandboxes, Profile, [new SandboxMount(folder, "/workspace", Writable: true)], $"""
            git init -q /tmp/first && cd /tmp/first
            {script}
            git clone -q --bare --no-local /tmp/first /workspace/repo.git
            """);
        return Path.Combine(folder, "repo.git");
    }

    public async Task<IReadOnlyList<string>> AuditAsync(Guid project) =>
        await Service<Database>().ReadAsync(
            r => r.QueryAsync<string>("SELECT name FROM audit_events WHERE resource_id = @Id ORDER BY id", new { Id = project.ToString("D") }), Cancel);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private T Present<T>(T? thing) where T : class
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        return thing!;
    }

    private async Task StartAsync()
    {
        app = await ServerHost.BuildAsync(
            Settings,
            ["http://127.0.0.1:0"],
            services =>
            {
                TaskLab.OpenGate(services);
                QuickPasswords.Use(services);
                services.AddSingleton(Sandboxes);
            },
            cancel: Cancel);
        await app.StartAsync(Cancel);
        address = app.Urls.First();
    }

    private async Task<HttpClient> SignInAsync(string email, bool register = true)
    {
        var client = new HttpClient { BaseAddress = new Uri($"{address}/api/v1/") };
        if (register)
            await PostAsync(client, "auth/register", new { email, password = Password });
        var login = await PostAsync(client, "auth/login", new { email, password = Password });
        client.DefaultRequestHeaders.Authorization = new("Bearer", login.GetProperty("access_token").GetString());
        return client;
    }
}

/// <summary>The same with containers.</summary>
public sealed class DockerProjectLab : ProjectLab
{
    protected override ISandboxEngine Engine() => Sandbox.Lab.Docker();
}
