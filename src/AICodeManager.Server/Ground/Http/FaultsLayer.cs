using System.Text.Json;
using AICodeManager.Server.Ground.Coordination;

namespace AICodeManager.Server.Ground.Http;

/// <summary>
/// The outermost layer: gives the request its id, turns exceptions into a 500 that tells nothing, unreadable input
/// into a 400 that names the place, and bare error statuses of the framework (405, 415 …) into problem documents.
/// </summary>
public sealed partial class FaultsLayer(RequestDelegate next, RefusalFunnel funnel, TimeProvider time, ILogger<FaultsLayer> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.TraceIdentifier = RequestId.Next(time.GetUtcNow());
        context.Response.Headers["X-Request-Id"] = context.TraceIdentifier;
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null } bare)
            {
                await funnel.AnswerAsync(context, FromStatus(bare.StatusCode));
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = 499;
            }
        }
        catch (BadHttpRequestException bad)
        {
            await funnel.AnswerAsync(context, FromBadRequest(bad));
        }
        catch (IOException bad) when (bad.InnerException is OverflowException)
        {
            // What Kestrel throws for a chunk whose size is beyond counting; its other faults are the exception above.
            await funnel.AnswerAsync(context, Refusals.MalformedBody("A chunk of the body has a size that cannot be read."));
        }
        catch (CoordinationUnavailableException)
        {
            // Its room has told the operator already, once and not with each request.
            await funnel.AnswerAsync(context, Refusals.CoordinationUnavailable());
        }
        catch (Exception fault)
        {
            LogFault(log, context.TraceIdentifier, fault);
            await funnel.AnswerAsync(context, new Refusal(500, "internal_error", "The server failed to serve this request.")
            {
                Detail = $"Give the administrator the request id {context.TraceIdentifier}.",
                PrivateReason = fault.GetType().Name,
            });
        }
    }

    private static Refusal FromBadRequest(BadHttpRequestException bad) => bad switch
    {
        { InnerException: JsonException json } => Refusals.MalformedBody(
            $"Not the JSON that is accepted at {json.Path ?? "$"}, line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}."),
        _ => FromStatus(bad.StatusCode),
    };

    private static Refusal FromStatus(int status) => status switch
    {
        400 => Refusals.MalformedBody("A part of the request is missing or cannot be read."),
        404 => Refusals.NotFound(),
        408 => Refusals.Timeout(),
        413 => Refusals.TooLarge("The body is larger than this route accepts."),
        405 => new(405, "method_not_allowed", "This route does not take that method."),
        415 => new(415, "unsupported_media_type", "This route does not take that content type."),
        _ => new(status, $"http_{status}", "The request was refused."),
    };

    [LoggerMessage(LogLevel.Error, "Request {requestId} failed")]
    private static partial void LogFault(ILogger logger, string requestId, Exception fault);
}
