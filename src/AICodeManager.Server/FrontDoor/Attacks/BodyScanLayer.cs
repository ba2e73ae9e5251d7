using System.Buffers;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>
/// Looks at the content of a request that would be served. Stands last, so that nobody who may not ask anyway makes the
/// server hold a body. Uploads are files and pass unread.
/// </summary>
public sealed class BodyScanLayer(RequestDelegate next, EndpointFields fields, PatternRules patterns, AttackJudge judge, RefusalFunnel funnel)
{
    public const string Mark = "body scan";

    /// <summary>Bytes of JSON where a route takes uploads, too.</summary>
    private const long MostJson = 1 << 20;

    /// <summary>Bytes of what is no JSON, on the routes that take no uploads.</summary>
    private const long MostOther = 64 << 10;

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        return judge.Looks && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false } && context.Request.ContentLength != 0
            && IsDocument(context)
                ? ScanAsync(context)
                : next(context);
    }

    // An upload may be anything; the JSON that its route takes instead of one is no larger than other JSON.
    private bool IsDocument(HttpContext context)
    {
        if (fields.Of(context.GetEndpoint()).BodyIsExempt)
            return false;
        var json = context.Request.HasJsonContentType();
        if (context.GetEndpoint()?.Metadata.GetMetadata<TakesUploads>() is not null)
        {
            if (json)
                BodyLimit.Set(context, MostJson);
            return json;
        }

        // A form at most; nearly every route answers 415 to it, and none should have to read more before.
        if (!json)
            BodyLimit.Set(context, MostOther);
        return true;
    }

    private async Task ScanAsync(HttpContext context)
    {
        var found = context.Request.Body.CanSeek ? await AgainAsync(context) : await AheadAsync(context);
        if (found is not null && judge.Judge(context, found) is { } refused)
            await funnel.AnswerAsync(context, refused);
        else
            await next(context);
    }

    // Read to its end without being consumed: the endpoint finds all of it. The route's size limit and the least rate of
    // a body bound what is held, and for how long.
    private async ValueTask<Findings?> AheadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAsync(context.RequestAborted);
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(context.RequestAborted);
        }

        var found = Scan(context, read.Buffer);
        context.Features.Set(new ReadAhead(read.Buffer.Length));
        reader.AdvanceTo(read.Buffer.Start);
        return found;
    }

    // The body of a signed request was read before; it lies in memory or in a file.
    private async ValueTask<Findings?> AgainAsync(HttpContext context)
    {
        var body = context.Request.Body;
        var bytes = ArrayPool<byte>.Shared.Rent(checked((int)body.Length));
        try
        {
            body.Position = 0;
            var length = await body.ReadAtLeastAsync(bytes, (int)body.Length, throwOnEndOfStream: false, context.RequestAborted);
            body.Position = 0;
            return Scan(context, new ReadOnlySequence<byte>(bytes, 0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private Findings? Scan(HttpContext context, in ReadOnlySequence<byte> body)
    {
        var scanner = new RequestScanner(fields.Of(context.GetEndpoint()), patterns);
        scanner.Body(context.Request.ContentType, body);
        return scanner.Found;
    }
}
