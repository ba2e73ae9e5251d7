using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Lets pages of the configured origins read answers (<c>security.cors</c>; Fetch standard, section 3.2) and answers
/// preflights, before anybody is asked for a proof: they carry none. Judging and writing is the framework's part.
/// </summary>
/// <remarks>Whether such a page may also change something is another question: <c>csrf.trusted_origins</c>.</remarks>
public sealed class CorsLayer(RequestDelegate next, ICorsService cors, Settings settings)
{
    public const string Mark = "cors";

    // What signing takes, and what every client of this API reads. Configured lists come on top.
    private static readonly string[] Sent = ["Content-Digest", "Last-Event-ID", "Signature", "Signature-Input"];
    private static readonly string[] Read =
    [
        "Accept-Signature", "Date", "Key-Rotation-Due", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate", "X-CSRF-Token",
        "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id", "X-Total-Count",
    ];

    private readonly CorsPolicy? policy = PolicyOf(settings.Security.Cors);

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        if (policy is null)
            return next(context);
        // On every answer, also where no origin asked or none was allowed: a cache must not give one origin another's.
        if (!policy.AllowAnyOrigin)
            context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (context.Request.Headers.Origin.Count == 0)
            return next(context);

        var result = cors.EvaluatePolicy(context, policy);
        result.VaryByOrigin = false;
        cors.ApplyResult(result, context.Response);
        if (!result.IsPreflightRequest)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static CorsPolicy? PolicyOf(CorsSettings settings)
    {
        if (settings.AllowedOrigins.Count == 0)
            return null;
        var builder = new CorsPolicyBuilder()
            .WithMethods([.. settings.AllowedMethods])
            .WithHeaders([.. Sent.Union(settings.AllowedHeaders, StringComparer.OrdinalIgnoreCase)])
            .WithExposedHeaders([.. Read.Union(settings.ExposedHeaders, StringComparer.OrdinalIgnoreCase)])
            .SetPreflightMaxAge(settings.MaxAge);
        // With credentials '*' is refused when the configuration is read.
        builder = settings.AllowedOrigins.Contains("*") ? builder.AllowAnyOrigin() : builder.WithOrigins([.. settings.AllowedOrigins]);
        return (settings.AllowCredentials ? builder.AllowCredentials() : builder.DisallowCredentials()).Build();
    }
}

/// <summary>Registers what the edge writes on answers.</summary>
public static class EdgeHeaders
{
    public static void AddEdgeHeaders(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new SecurityHeaders(settings.Security.Headers));
        services.AddCors();
    }
}
