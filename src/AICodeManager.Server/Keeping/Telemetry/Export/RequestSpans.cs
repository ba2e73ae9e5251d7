using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.Keeping.Telemetry.Export;

/// <summary>
/// Names the framework's span of each request by its route, outside of every layer, and only while a collector is told. Its
/// path, query, address and user agent are nobody's business there.
/// </summary>
internal sealed class RequestSpans : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (HttpContext context, RequestDelegate following) =>
        {
            try
            {
                await following(context);
            }
            finally
            {
                Name(context);
            }
        });
        next(app);
    };

    private static void Name(HttpContext context)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            return;
        }

        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? RefusalMetrics.NoRoute;
        var method = Methods.Known(context.Request.Method);
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode)
            .SetTag("aicli.request_id", context.TraceIdentifier);
        if (context.Response.StatusCode >= 500)
        {
            span.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
        }
    }
}
