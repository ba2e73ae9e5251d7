using System.Diagnostics;
using System.Text.Json;
using AICodeManager.Server.Ground.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>The way of a call: door, token, place in line, body, screen, money, upstream.</summary>
internal sealed class CallHandler(
    GatewayOptions options, GatewayLease lease, UpstreamClient upstream, DoorTally tally, GatewayMetrics? metrics, TimeProvider time, ILogger log,
    CancellationToken closing)
    : IHttpApplication<HttpContext>, IDisposable
{
    private readonly SemaphoreSlim places = new(options.MaxConcurrentCalls);
    private readonly RequestScreen screen = new(new PriceList(options.Prices), lease.AllowServerTools);
    private readonly Purse purse = new(lease.Ledger, options.BudgetWait, time, log, lease.Label);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public void Dispose() => places.Dispose();

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (Doorway.IsPreconnect(context))
            return;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing);
        try
        {
            if (await AnswerAsync(context, ends.Token) is { } refusal)
                await refusal.WriteAsync(context, ends.Token);
        }
        catch (Exception fault) when (ends.IsCancellationRequested && fault is OperationCanceledException or IOException)
        {
            context.Abort();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Only the type: a message of the framework may quote what was sent.
            GatewayLog.Failed(log, lease.Label, fault.GetType().Name);
            var refusal = new GatewayRefusal(500, "api_error", "The gateway failed.", FaultKinds.GatewayError, Retry: false);
            tally.Failed(refusal.ToFault());
            if (context.Response.HasStarted)
                context.Abort();
            else
                await refusal.WriteAsync(context, ends.Token);
        }
    }

    private async Task<GatewayRefusal?> AnswerAsync(HttpContext http, CancellationToken gone)
    {
        var path = Doorway.Enter(http, lease.TokenHash, out var refusal);
        if (path is null)
            return Refused(refusal!);
        if (options.LacksKey)
            return Refused(NotConfigured);
        await places.WaitAsync(gone);
        try
        {
            var counting = !path.StartsWith(Doorway.Messages + "?", StringComparison.Ordinal) && path != Doorway.Messages;
            if (await BodyAsync(http, gone) is not { } body)
                return Refused(TooLarge);
            if (screen.Read(body, counting, out refusal) is not { } request)
                return Refused(refusal!);
            return counting ? await CountAsync(http, path, request, gone) : await BuyAsync(http, path, request, gone);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<GatewayRefusal?> BuyAsync(HttpContext http, string path, ScreenedRequest request, CancellationToken gone)
    {
        var start = time.GetTimestamp();
        using var span = Tracing.Source.StartActivity("model call", ActivityKind.Client, lease.Trace);
        span?.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.request.model", request.PricedAs);
        var counter = new TokenCounter(http, upstream, options, lease.AllowServerTools, time);
        if (await purse.ReserveAsync(request, cancel => counter.CountAsync(request, cancel), gone) is not { } reservation)
        {
            span.End(FaultKinds.BudgetExhausted);
            return Refused(NoMoney);
        }

        var exchange = new Exchange(http, request, reservation, upstream, options, tally, metrics, time);
        GatewayRefusal? refusal = null;
        try
        {
            return refusal = await exchange.RunAsync(path, lease.AllowServerTools, gone);
        }
        finally
        {
            metrics?.Took(request.PricedAs, exchange.Outcome, time.GetElapsedTime(start));
            span?.SetTag("gen_ai.usage.input_tokens", reservation.Usage.InputTokens).SetTag("gen_ai.usage.output_tokens", reservation.Usage.OutputTokens);
            span.End(exchange.Outcome == Exchange.Success ? Outcomes.Ok : exchange.Outcome);
            GatewayLog.Call(
                log, lease.Label, exchange.Outcome, refusal?.Status ?? http.Response.StatusCode, request.PricedAs, reservation.Usage.InputTokens,
                reservation.Usage.OutputTokens, reservation.Cost, (long)time.GetElapsedTime(start).TotalMilliseconds, request.Dropped);
        }
    }

    /// <summary>Counting costs nothing, so nothing is reserved.</summary>
    private async Task<GatewayRefusal?> CountAsync(HttpContext http, string path, ScreenedRequest request, CancellationToken gone)
    {
        var counter = new TokenCounter(http, upstream, options, lease.AllowServerTools, time);
        var tokens = await counter.CountAsync(request, gone, path);
        if (tokens is null)
        {
            tally.Failed(counter.Failure!.ToFault());
            return counter.Failure;
        }

        tally.Succeeded();
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { input_tokens = tokens }), gone);
        return null;
    }

    private static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpContext http, CancellationToken gone)
    {
        try
        {
            var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, gone);
            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private GatewayRefusal Refused(GatewayRefusal refusal)
    {
        GatewayLog.Refused(log, lease.Label, refusal.Status, refusal.Type);
        tally.Refused(refusal.ToFault());
        return refusal;
    }

    private GatewayRefusal TooLarge =>
        new(413, "request_too_large", $"The request is larger than {options.MaxRequestBytes} bytes.", FaultKinds.RequestRefused);

    private static readonly GatewayRefusal NotConfigured =
        new(403, "permission_error", "No model is configured: the server has no API key.", FaultKinds.ModelNotConfigured);

    private static readonly GatewayRefusal NoMoney =
        new(402, "billing_error", "The budget of this task does not hold another call.", FaultKinds.BudgetExhausted, Retry: false);
}
