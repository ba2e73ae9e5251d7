using System.Diagnostics;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Answers what Kestrel's parser refuses, which no layer ever sees, in the words of every other refusal, and tells audit
/// and log of it. Kestrel would answer with a bare status, for an unknown version even with 505. Its diagnostic event
/// comes before that, with the request's features, and what is answered there counts.
/// </summary>
/// <remarks>HTTP/1 only: a broken HTTP/2 connection is closed with a reason of that protocol (RFC 9113 section 7).</remarks>
public sealed partial class ParserRefusals(
    RefusalFunnel funnel, EdgeRecords records, IServiceProvider services, TimeProvider time, ILogger<ParserRefusals> log)
    : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>From now on until the server ends.</summary>
    public IDisposable Listen(DiagnosticListener kestrel) => kestrel.Subscribe(this, (name, _, _) => name == BadRequest);

    public void OnNext(KeyValuePair<string, object?> value)
    {
        try
        {
            if (value is { Key: BadRequest, Value: IFeatureCollection features })
                Answer(features);
        }
        catch (Exception fault)
        {
            // This runs within Kestrel's own loop: the connection ends as Kestrel would have ended it.
            LogFault(log, fault);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private void Answer(IFeatureCollection features)
    {
        if (features.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException bad
            || features.Get<IHttpResponseFeature>() is not { HasStarted: false } response
            || features.Get<IHttpResponseBodyFeature>() is not { } body
            || features.Get<IConnectionTransportFeature>()?.Transport.Output is not { } wire
            || features.Get<IHttp2StreamIdFeature>() is not null)
        {
            return;
        }

        var context = new DefaultHttpContext(features) { RequestServices = services, TraceIdentifier = RequestId.Next(time.GetUtcNow()) };
        if (context.Connection.RemoteIpAddress is { } peer)
            context.Connection.RemoteIpAddress = Proxies.NodeAddress.Plain(peer);
        var refusal = records.Sampled(context, EdgeRefusals.Unreadable(bad.StatusCode));
        var document = funnel.Tell(context, refusal);

        response.StatusCode = refusal.Status;
        var headers = response.Headers;
        headers.ContentType = "application/problem+json";
        headers.ContentLength = document.Length;
        headers.Connection = "close";
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["X-Request-Id"] = context.TraceIdentifier;
        // No application runs, so there is no stream for the content: it follows its head on the connection. Both are far
        // smaller than what the connection buffers; where they could not be written at once, nobody is there to read.
        if (body.StartAsync().IsCompletedSuccessfully)
            _ = wire.WriteAsync(document).AsTask();
    }

    [LoggerMessage(LogLevel.Warning, "An unreadable request could not be answered")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
