using System.Collections.Concurrent;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Cli;

/// <summary>Stands before the real server: sees what comes and how it is answered, and can lose answers on their way.</summary>
internal sealed class Traffic : IStartupFilter
{
    public ConcurrentQueue<Passed> Seen { get; } = new();

    /// <summary>Answers that are lost after the server has done its work, such as <c>POST /keys</c>.</summary>
    public Predicate<string> Lose { get; set; } = _ => false;

    public static async Task<(LiveServer Server, Traffic Traffic)> StartAsync(Action<IServiceCollection>? change = null)
    {
        var traffic = new Traffic();
        var server = await LiveServer.StartAsync(change: services =>
        {
            services.AddSingleton<IStartupFilter>(traffic);
            change?.Invoke(services);
        });
        return (server, traffic);
    }

    /// <summary>The last request of this line.</summary>
    public Passed Last(string line) => Seen.Last(one => one.Line == line);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(PassAsync);
        next(app);
    };

    private async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var line = $"{context.Request.Method} {target.Replace("/api/v1", "", StringComparison.Ordinal)}";
        await next(context);
        Seen.Enqueue(new Passed(
            line, context.Response.StatusCode, context.Request.Headers["Signature-Input"].ToString(), context.Request.Headers.ContainsKey("Authorization")));
        if (Lose(line))
            context.Abort();
    }

    /// <param name="SignatureInput">Empty for an unsigned request.</param>
    public sealed record Passed(string Line, int Status, string SignatureInput, bool HasToken)
    {
        public bool IsSigned => SignatureInput.Contains(";tag=\"aicli\"", StringComparison.Ordinal);

        public bool IsBy(string? key) => key is not null && SignatureInput.Contains($";keyid=\"{key}\"", StringComparison.Ordinal);
    }
}
