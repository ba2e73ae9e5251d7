using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Bench.Encryption;
using AICodeManager.Bench.Layers;
using AICodeManager.Server;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AICodeManager.Bench.Pipeline;

/// <summary>
/// The real server in a process of its own, with two routes more: <c>/bare</c> before all layers, and <c>/behind</c>
/// behind them all, which answer the same bytes, and one behind each layer (<see cref="LayerRoutes"/>). Two more tell what
/// the process has spent, and what its heap holds. Requests are limited, but so high that nobody notices.
/// </summary>
internal static class MeasuredServer
{
    public const string Behind = "/behind", Bare = "/bare", Spent = "/spent", Heap = "/heap";

    /// <summary>A setting of the measurement's own: whoever loads the server is blocked.</summary>
    public const string Blocked = "BENCH_BLOCKED=yes";

    /// <summary>Another: where whoever signs in says to come from, to a server that trusts this machine as a proxy.</summary>
    public const string From = "BENCH_FROM=";

    /// <summary>Another: a request with a query finds no session remembered.</summary>
    public const string Forgetting = "BENCH_FORGETTING=yes";

    /// <summary>Another: sessions lie in the shared store in clear.</summary>
    public const string InClear = "BENCH_IN_CLEAR=yes";

    /// <summary>Before the two values that the child prints among its log.</summary>
    public const string AddressMark = "address=", TokenMark = "token=";

    /// <summary>Serves until cancelled; prints its address and an access token, each on a line.</summary>
    /// <param name="given">Environment variables as <c>NAME=value</c>, before those of here.</param>
    public static async Task<int> RunAsync(string data, string? redis, string[] given, CancellationToken cancel)
    {
        var variables = new Dictionary<string, string>
        {
            ["AICLI_DATA"] = data, ["LOG_LEVEL"] = "error", ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9", ["AICLI_SANDBOX"] = "none",
            ["API_RATE_LIMIT_GLOBAL"] = "10000000", ["API_RATE_LIMIT_IP"] = "10000000", ["API_RATE_LIMIT_USER"] = "10000000",
        };
        foreach (var setting in given)
            variables[setting.Split('=', 2)[0]] = setting.Split('=', 2)[1];
        if (redis is not null)
            variables["SESSION_REDIS_URL"] = redis;
        var settings = ConfigurationLoader.Load(variables, data).Settings;
        var app = await ServerHost.BuildAsync(
            settings, ["http://127.0.0.1:0"], Change,
            routes => routes.MapGet(Behind, () => "ok").Needs("workspace:read"), cancel);
        await app.StartAsync(cancel);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        if (given.FirstOrDefault(setting => setting.StartsWith(From, StringComparison.Ordinal)) is { } from)
            http.DefaultRequestHeaders.Add("X-Forwarded-For", from[From.Length..]);
        var person = new { email = "bench@example.com", password = "a passphrase that nobody guesses" };
        await http.PostAsJsonAsync("/api/v1/auth/register", person, cancel);
        var login = await http.PostAsJsonAsync("/api/v1/auth/login", person, cancel);
        var token = JsonElement.Parse(await login.Content.ReadAsStringAsync(cancel)).GetProperty("access_token").GetString();
        if (given.Contains(Blocked))
        {
            await app.Services.GetRequiredService<BlockList>().BlockAsync(
                ClientNetwork.Of(IPAddress.Loopback), BlockScope.All, "manual", TimeSpan.FromHours(1), RequestOrigin.System, cancel);
        }

        Console.WriteLine($"{AddressMark}{http.BaseAddress}\n{TokenMark}{token}");
        await app.WaitForShutdownAsync(cancel);
        return 0;

        void Change(IServiceCollection services)
        {
            services.AddTransient<IStartupFilter, BareRoutes>().AddTransient<IStartupFilter, LayerRoutes>();
            if (given.Contains(Forgetting))
                services.AddTransient<IStartupFilter, ForgettingRoutes>();
            if (given.Contains(InClear))
                services.AddSingleton<ISessionForm, PlainSessions>();
        }
    }

    /// <summary>Routed and answered as <c>/behind</c> is, but outside of everything.</summary>
    private sealed class BareRoutes : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.MapWhen(context => context.Request.Path.Value is Bare or Spent or Heap, branch =>
            {
                branch.UseRouting();
#pragma warning disable ASP0014 // Outside of the server's own endpoints is the point.
                branch.UseEndpoints(routes =>
                {
                    routes.MapGet(Bare, () => "ok");
                    routes.MapGet(Spent, () => $"{Process.GetCurrentProcess().TotalProcessorTime.Ticks} {GC.GetTotalAllocatedBytes()}");
                    routes.MapGet(Heap, () => $"{GC.GetTotalMemory(forceFullCollection: true)}");
                });
#pragma warning restore ASP0014
            });
            next(app);
        };
    }
}
