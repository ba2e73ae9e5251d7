using System.Text.Json;
using AICodeManager.Server.FrontDoor.Accounts.Providers;
using AICodeManager.Server.Ground;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>The server with every sort of provider: the two real ones, the crooked one, GitHub's double.</summary>
internal sealed class ProviderServer : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private ProviderServer(LiveServer live, CrookedProvider crooked, GitHubDouble gitHub) => (Live, Crooked, GitHub) = (live, crooked, gitHub);

    public LiveServer Live { get; }
    public CrookedProvider Crooked { get; }
    public GitHubDouble GitHub { get; }

    /// <param name="real">Null to do without the real ones.</param>
    public static async Task<ProviderServer> StartAsync(
        AuthorizationServer? real, TimeProvider? time = null, BackChannelLimits? limits = null, string more = "",
        Secret? postgres = null)
    {
        var (crooked, hub) = (await CrookedProvider.StartAsync(), await GitHubDouble.StartAsync());
        var config = $"""
            oauth2:
              github:
                client_id: "aicli-hub"
                client_secret: "{AuthorizationServer.Secret}"
              providers:
            {AuthorizationServer.Lines(CrookedProvider.Name, crooked.Issuer)}
            {(real is null ? "" : await real.SettingsAsync())}
            {more}
            """;
        var live = await LiveServer.StartAsync(postgres is null ? null : new Dictionary<string, string> { ["DATABASE_URL"] = postgres.Reveal() }, config, change: services =>
        {
            services.AddSingleton(hub.Addresses);
            services.AddSingleton(time ?? TimeProvider.System);
            services.AddSingleton(limits ?? BackChannelLimits.Default);
        });
        return new(live, crooked, hub);
    }

    public Browser NewBrowser() => new(Live);

    /// <summary>A whole sign-in at the crooked provider.</summary>
    public async Task<Reply> SignInCrookedlyAsync(Browser browser, string? more = null) =>
        await browser.OpenAsync(Crooked.Approve(await browser.BeginAsync(CrookedProvider.Name), more));

    /// <summary>Newest event of a name: its reason and details.</summary>
    public async Task<(string? Reason, JsonElement Details)> LastEventAsync(string name)
    {
        var row = await Live.Database.ReadAsync(r => r.QueryAsync<EventRow>(
            "SELECT reason, details FROM audit_events WHERE name = @name ORDER BY id DESC LIMIT 1", new { name }), Cancel);
        return row is [var found] ? (found.Reason, JsonElement.Parse(found.Details ?? "{}")) : (null, default);
    }

    public Task<long> CountAsync(string sql) => Live.Database.ReadAsync(r => r.ScalarAsync<long>(sql), Cancel);

    public async ValueTask DisposeAsync()
    {
        await Live.DisposeAsync();
        await Crooked.DisposeAsync();
        await GitHub.DisposeAsync();
    }

    private sealed record EventRow
    {
        public string? Reason { get; init; }
        public string? Details { get; init; }
    }
}
