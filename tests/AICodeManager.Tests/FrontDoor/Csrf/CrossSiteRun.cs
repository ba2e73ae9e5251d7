using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Edge;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.FrontDoor.Csrf;

/// <summary>One visit of a real Chromium to a server, to a page on another port of its host, and to one that CORS allows.</summary>
public sealed class CrossSiteRun : IAsyncLifetime
{
    public const string Victim = "user1@example.com", Attacker = "user2@example.com";

    /// <summary>As the guide has it: what it allows of inline code must not come into force.</summary>
    private const string Csp = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private const int Refusals = 8;

    /// <summary>What happened, by scenario.</summary>
    public JsonElement Seen { get; private set; }

    /// <summary>Reasons of the events <c>csrf_refused</c>, each with how often it was written.</summary>
    public IReadOnlyDictionary<string, int> Audited { get; private set; } = new Dictionary<string, int>();

    public async ValueTask InitializeAsync()
    {
        await using var neighbour = await ElsewhereAsync();
        await using var allowed = await ElsewhereAsync();
        await using var server = await LiveServer.StartAsync(
            config: $"security:\n  cors:\n    allowed_origins: [\"{allowed.Urls.First()}\"]\n    allow_credentials: true\n  headers:\n    csp: \"{Csp}\"\n",
            routes: routes => routes.MapGet("/pages/own", Own).OpenToAll().IsPage());
        await server.SignUpAsync();
        await server.SignUpAsync();
        using var profile = new TempFolder();
        Seen = await BrowserScript.RunAsync("cross-site.mjs", new
        {
            address = server.Address, neighbour = neighbour.Urls.First(), allowed = allowed.Urls.First(), profile = profile.Path,
            victim = new { email = Victim, password = LiveServer.Password }, attacker = new { email = Attacker, password = LiveServer.Password },
        });
        // Refusals are written behind the answers.
        await Poll.UntilAsync(async () =>
        {
            var reasons = await server.Database.ReadAsync(r => r.QueryAsync<string>("SELECT reason FROM audit_events WHERE name = 'csrf_refused'"), Cancel);
            Audited = reasons.CountBy(reason => reason).ToDictionary();
            return reasons.Count >= Refusals;
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ContentHttpResult Own(HttpContext context, SecurityHeaders headers)
    {
        var nonce = headers.Nonce(context);
        return TypedResults.Content($"""
            <!doctype html><meta charset="utf-8"><title>ours</title><style nonce="{nonce}">body{"{padding-top:7px}"}</style>
            <body><script>window.bare = true</script><script nonce="{nonce}">window.marked = true</script></body>
            """, "text/html; charset=utf-8");
    }

    // Somebody else's server, whose pages may do whatever a browser lets them.
    private static async Task<WebApplication> ElsewhereAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/", () => TypedResults.Content("<!doctype html><title>elsewhere</title><body></body>", "text/html"));
        await app.StartAsync(Cancel);
        return app;
    }
}
