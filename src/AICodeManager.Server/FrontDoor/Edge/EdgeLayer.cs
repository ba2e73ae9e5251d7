using AICodeManager.Server.FrontDoor.Edge.Proxies;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Settles who is calling and whom they call, gives every answer its headers (<see cref="SecurityHeaders"/>), and refuses
/// what no layer behind could read in one way only.
/// </summary>
public sealed class EdgeLayer(
    RequestDelegate next, SecurityHeaders security, RefusalFunnel funnel, ClientAddress clients, HostRules hosts, EdgeRecords records,
    IHostApplicationLifetime lifetime)
{
    public const string Mark = "edge";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        var refusal = Judge(context);
        // After the scheme is settled: only over TLS may a browser be told to insist on it.
        security.Apply(context);
        return refusal is not null ? RefuseAsync(context, refusal) : next(context);
    }

    private Refusal? Judge(HttpContext context)
    {
        // First the client: every refusal is told of with the right address.
        if (clients.Settle(context) is { } unsettled)
            return unsettled;
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return EdgeRefusals.Stopping();
        var request = context.Request;
        return JudgeHost(context, request)
            ?? TargetRules.Judge(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)
            ?? HeadRules.Judge(request);
    }

    private Refusal? JudgeHost(HttpContext context, HttpRequest request) =>
        hosts.Judge(request.Host.Value, request.IsHttps, context.Connection.RemoteIpAddress) switch
        {
            HostVerdict.Known => null,
            HostVerdict.Unknown => EdgeRefusals.HostUnknown(),
            _ => EdgeRefusals.Malformed("Host must be a host name or address, with or without a port."),
        };

    private Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        // Where this request ends may be in doubt: nothing that follows on the connection is read.
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
        return funnel.AnswerAsync(context, records.Sampled(context, refusal));
    }
}
