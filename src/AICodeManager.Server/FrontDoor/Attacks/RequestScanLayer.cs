using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>
/// Looks at what every request has, before anything is computed for it: path, query, headers, cookies. Stands after
/// routing, so that the values of the route are those that the endpoint would get.
/// </summary>
public sealed class RequestScanLayer(RequestDelegate next, EndpointFields fields, PatternRules patterns, AttackJudge judge, RefusalFunnel funnel)
{
    public const string Mark = "request scan";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        return judge.Looks && Scan(context) is { } found && judge.Judge(context, found) is { } refused
            ? funnel.AnswerAsync(context, refused)
            : next(context);
    }

    private Findings? Scan(HttpContext context)
    {
        var request = context.Request;
        var endpoint = context.GetEndpoint() as RouteEndpoint;
        var scanner = new RequestScanner(fields.Of(endpoint), patterns);
        if (endpoint is null)
            scanner.Path(WirePath(context));
        foreach (var (name, value) in request.RouteValues)
        {
            if (value is string text)
                scanner.Route(name, text);
        }

        if (request.QueryString.HasValue)
            scanner.Query(request.QueryString.Value);
        foreach (var (name, values) in request.Headers)
        {
            if (ScannedHeaders.Skips(name))
                continue;
            foreach (var value in values)
            {
                if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
                    scanner.Cookies(value);
                else if (!ScannedHeaders.IsPlainList(name, value))
                    scanner.Header(name, value);
            }
        }

        return scanner.Found;
    }

    // Undecoded: routing has found nothing that would have decoded it.
    private static ReadOnlySpan<char> WirePath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget.AsSpan();
        return target.IndexOf('?') is >= 0 and var query ? target[..query] : target;
    }
}
