using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>What every answer of the API carries: nothing here is a page, so nothing may run, frame or sniff it.</summary>
public sealed class EdgeLayer(RequestDelegate next)
{
    public const string Mark = "edge";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.XXSSProtection = "0";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(context);
    }
}
