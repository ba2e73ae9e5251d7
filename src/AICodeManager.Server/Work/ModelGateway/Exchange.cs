using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>One paid call: sent, passed back chunk by chunk, measured, and settled before the answer ends.</summary>
internal sealed class Exchange(
    HttpContext http, ScreenedRequest request, Reservation reservation, UpstreamClient upstream, GatewayOptions options, DoorTally tally, GatewayMetrics? metrics,
    TimeProvider time)
{
    public const string Success = "success";

    private readonly StreamMeter meter = new(time);
    private readonly KeyMask mask = new(options.ApiKey);

    // What holds if the caller leaves before the upstream says anything. An answer that is not streamed may be complete by then.
    private TokenCount used = request.Stream ? reservation.Estimate : reservation.Worst;

    /// <summary>How it ended: <c>success</c>, <c>abandoned</c> (the caller left, or the door closed) or a kind of fault.</summary>
    public string Outcome { get; private set; } = "abandoned";

    /// <returns>The error to answer with, if the answer has not begun.</returns>
    public async Task<GatewayRefusal?> RunAsync(string path, bool allowServerTools, CancellationToken gone)
    {
        using var patience = new Patience(options.CallTimeout, time, gone);
        GatewayRefusal? failure;
        try
        {
            failure = await ForwardAsync(path, allowServerTools, patience, gone);
        }
        catch (TimeoutException)
        {
            // Whoever may choose how long an answer gets must not get it for nothing by making it too long.
            failure = Fail(UpstreamAnswers.TimedOut, request.Stream ? default : reservation.Worst);
        }
        catch (HttpRequestException fault) when (!http.Response.HasStarted)
        {
            failure = Fail(UpstreamAnswers.Unreachable(fault), default);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException && !gone.IsCancellationRequested)
        {
            failure = Fail(UpstreamAnswers.BrokeOff, request.Stream ? default : reservation.Worst);
        }
        finally
        {
            await SettleAsync(Seen() ?? used);
        }

        if (failure is null || !http.Response.HasStarted)
            return failure;
        await http.Response.Body.WriteAsync(failure.ToEvent(), gone);
        return null;
    }

    private async Task<GatewayRefusal?> ForwardAsync(string path, bool allowServerTools, Patience patience, CancellationToken gone)
    {
        var body = request.Body(reservation.MaxTokens);
        var wait = request.Stream ? options.FirstByteTimeout : options.WholeAnswerTimeout;
        using var answer = await patience.WithinAsync(
            wait, cancel => new ValueTask<HttpResponseMessage>(upstream.SendAsync(path, body, http.Request.Headers, allowServerTools, cancel)));
        using var limited = new LimitedAnswer(answer, options.IdleTimeout, patience);
        if ((int)answer.StatusCode != StatusCodes.Status200OK)
            return Fail(UpstreamAnswers.For((int)answer.StatusCode, limited.RetryAfter, await limited.BeginningAsync(), mask), default);

        if (UpstreamClient.Plain(string.Concat(limited.Header("request-id"))) is { } id)
            http.Response.Headers["request-id"] = mask.Pass(id);
        if (answer.Content.Headers.ContentType?.MediaType != (request.Stream ? "text/event-stream" : "application/json"))
            return Fail(UpstreamAnswers.NotAModel, default);
        return request.Stream ? await StreamAsync(limited, gone) : await WholeAsync(limited, gone);
    }

    /// <summary>Nothing is sent before the first event is known to be a message's, so that garbage still gets a clean error.</summary>
    private async Task<GatewayRefusal?> StreamAsync(LimitedAnswer answer, CancellationToken gone)
    {
        var early = new MemoryStream();
        while (await answer.ReadAsync() is { Length: > 0 } chunk)
        {
            meter.Read(chunk.Span);
            if (http.Response.HasStarted)
            {
                await PassAsync(chunk, gone);
                continue;
            }

            early.Write(chunk.Span);
            if (meter.Started || meter.Error is not null)
            {
                http.Response.ContentType = "text/event-stream; charset=utf-8";
                http.Response.Headers.CacheControl = "no-cache";
                await PassAsync(early.ToArray(), gone);
            }
            else if (early.Length > 256 << 10)
            {
                return Fail(UpstreamAnswers.NotAModel, default);
            }
        }

        if (meter.Error is { } error)
            Fail(UpstreamAnswers.InStream(error));
        else if (!meter.Started)
            return Fail(UpstreamAnswers.NotAModel, default);
        else if (!meter.Finished)
            return Fail(UpstreamAnswers.BrokeOff, default);
        else
            Succeed();
        await PassAsync(ReadOnlyMemory<byte>.Empty, gone, last: true);
        return null;
    }

    private async Task<GatewayRefusal?> WholeAsync(LimitedAnswer answer, CancellationToken gone)
    {
        used = reservation.Worst;
        if (await answer.WholeAsync() is not { } text)
            return Fail(UpstreamAnswers.NotAModel, reservation.Worst);
        using var document = StrictJson.Parse(text, out _);
        var usage = document is null ? default : UsageReader.Part(document.RootElement, "usage");
        if (usage.ValueKind != JsonValueKind.Object)
            return Fail(UpstreamAnswers.NotAModel, reservation.Worst);

        used = UsageReader.Merge(default, usage);
        Succeed();
        await SettleAsync(used);
        byte[] body = [.. mask.Pass(text).Span, .. mask.Rest().Span];
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, gone);
        return null;
    }

    /// <summary>A write to Kestrel's response stream is sent at once; nothing is gathered here.</summary>
    private async Task PassAsync(ReadOnlyMemory<byte> chunk, CancellationToken gone, bool last = false)
    {
        await http.Response.Body.WriteAsync(mask.Pass(chunk), gone);
        if (last)
            await http.Response.Body.WriteAsync(mask.Rest(), gone);
    }

    /// <summary>What the stream told; for one that showed content without ever telling, the worst case.</summary>
    private TokenCount? Seen() => meter.Used(reservation.MaxTokens) ?? (meter.HasContent ? reservation.Worst : null);

    private async Task SettleAsync(TokenCount count)
    {
        if (!await reservation.SettleAsync(count, Outcome))
            return;
        tally.Settled(reservation.Usage, reservation.Cost);
        metrics?.Settled(request.PricedAs, Outcome, reservation.Usage, reservation.Cost);
    }

    private GatewayRefusal Fail(GatewayRefusal failure, TokenCount cost)
    {
        used = cost;
        Fail(failure.ToFault()!);
        return failure;
    }

    private void Fail(UpstreamFault fault)
    {
        Outcome = fault.Kind;
        tally.Failed(fault);
    }

    private void Succeed()
    {
        Outcome = Success;
        tally.Succeeded();
    }
}
