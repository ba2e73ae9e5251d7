using System.Net.Http.Json;
using AICodeManager.Tests.Bff;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Csrf;

/// <summary>A server that trusts one other origin, and somebody who has an account there.</summary>
public sealed class CsrfServer : IAsyncLifetime
{
    public const string Email = "user1@example.com", Trusted = "https://trusted.example", Session = "__Host-aicli_session", Mark = "__Host-aicli_pre";

    public LiveServer Server { get; private set; } = null!;

    public FakeClock Clock { get; } = new(DateTimeOffset.UtcNow);

    public async ValueTask InitializeAsync()
    {
        // Whether a session looks like itself, or how long it lives, is not what is tried here.
        Server = await LiveServer.StartAsync(
            config: $"csrf:\n  trusted_origins: [\"{Trusted}\"]\nsession:\n  security:\n    session_timeout: 48h\n    idle_timeout: 47h\n",
            change: services => services.AddSingleton<TimeProvider>(Clock));
        await Server.SignUpAsync();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A browser with a page of ours open.</summary>
    internal PageBrowser NewPage() => new(Server.Address);

    /// <summary>The same, signed in, with a token of its session.</summary>
    internal async Task<PageBrowser> SignedInAsync()
    {
        var page = NewPage();
        await page.AskForTokenAsync();
        (await page.SendAsync("POST", "/api/v1/auth/login", Login())).EnsureSuccessStatusCode();
        await page.AskForTokenAsync();
        return page;
    }

    internal static JsonContent Login(string password = LiveServer.Password) => JsonContent.Create(new { email = Email, password, client = "browser" });

    /// <summary>Something that anybody who is signed in may make.</summary>
    internal static JsonContent Workspace() => JsonContent.Create(new { name = $"{Guid.NewGuid()}" });
}
