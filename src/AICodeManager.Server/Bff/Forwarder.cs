using System.Text.Json;
using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.Bff;

/// <summary>
/// Passes one request to the API and its answer back. 1. The key cookie is judged and opened, and goes no further.
/// 2. The request is written anew: same method, same target byte for byte, end-to-end headers. 3. It is signed, its body
/// hashed first. 4. The answer streams; what it means for the browser's key is added to its head.
/// </summary>
public sealed class Forwarder(
    Upstream upstream, BffOptions options, KeyCookieReader reader, KeyCookie cookie, KeyCookieAnswers answers, CookieSigner signer,
    RefusalFunnel funnel)
{
    private const int MaxProblem = 16 * 1024;
    private const int AskFirst = 64 * 1024;

    public async Task ForwardAsync(HttpContext context)
    {
        var request = context.Request;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
        {
            await funnel.AnswerAsync(context, Refusals.MalformedBody("The request's target must be a path of this server."));
            return;
        }

        if (request.ContentLength > options.BodyLimit)
        {
            await funnel.AnswerAsync(context, TooLarge());
            return;
        }

        using var asked = KeyCookieReader.IsToSign(request) ? reader.Read(request) : new KeyCookieRequest();
        if (asked.Refused is { } refused)
        {
            await funnel.AnswerAsync(context, refused);
            return;
        }

        await ExchangeAsync(context, target, asked);
    }

    private async Task ExchangeAsync(HttpContext context, string target, KeyCookieRequest asked)
    {
        var (request, cancel) = (context.Request, context.RequestAborted);
        using var outgoing = upstream.Request(request.Method, target);
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        var spooled = default(SpooledBody);
        if (hasBody && asked.Key is not null && !request.Headers.ContainsKey("Content-Digest"))
        {
            spooled = await SpooledBody.ReadAsync(request.Body, options.BodyLimit, cancel);
            if (spooled is null)
            {
                await funnel.AnswerAsync(context, TooLarge());
                return;
            }
        }

        await using var _ = spooled;
        if (hasBody)
            outgoing.Content = spooled is null ? new StreamedBody(request.Body, request.ContentLength) : new StreamedBody(spooled.Content, spooled.Length);
        else if (request.ContentType is not null)
            outgoing.Content = new ByteArrayContent([]);
        CopyHeaders(context, outgoing);
        // Asked for first: an API that refuses a large body closes the connection, and its answer would be lost.
        outgoing.Headers.ExpectContinue = hasBody && outgoing.Content!.Headers.ContentLength is (null or > AskFirst) ? true : null;
        if (asked.Key is { } key)
            Sign(outgoing, key, spooled);

        using var answer = await upstream.SendAsync(outgoing, cancel);
        await AnswerAsync(context, answer, asked, cancel);
    }

    private void Sign(HttpRequestMessage outgoing, OpenKey key, SpooledBody? spooled)
    {
        if (outgoing.Content is not null && !outgoing.Headers.NonValidated.Contains("Content-Digest"))
            outgoing.Headers.TryAddWithoutValidation("Content-Digest", spooled?.Digest ?? ContentDigest.Of([]));
        var fields = signer.Sign(new OutgoingRequest(outgoing), key);
        outgoing.Headers.TryAddWithoutValidation("Signature-Input", fields.SignatureInput);
        // A Signature without its input is nobody's; the API would refuse two.
        outgoing.Headers.Remove("Signature");
        outgoing.Headers.TryAddWithoutValidation("Signature", fields.Signature);
    }

    private void CopyHeaders(HttpContext context, HttpRequestMessage to)
    {
        var headers = context.Request.Headers;
        foreach (var (name, values) in headers)
        {
            if (HopByHop.Ends(name, headers.Connection) || ClientTrace.Claims(name) || name is "Host" or "Content-Length" or "Expect" or "Cookie" or "Via")
                continue;
            foreach (var value in values)
            {
                if (!to.Headers.TryAddWithoutValidation(name, value))
                    to.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        foreach (var line in cookie.Without(headers.Cookie))
            to.Headers.TryAddWithoutValidation("Cookie", line);
        ClientTrace.Write(context, to);
    }

    private async Task AnswerAsync(HttpContext context, HttpResponseMessage answer, KeyCookieRequest asked, CancellationToken cancel)
    {
        var response = context.Response;
        var problem = await ProblemAsync(answer, asked, cancel);
        response.StatusCode = (int)answer.StatusCode;
        CopyHeaders(answer, response);
        if (await answers.SetCookieAsync(context, asked, response.StatusCode, response.Headers, cancel) is { } set)
            response.Headers.Append("Set-Cookie", set);

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (problem is not null)
        {
            await response.Body.WriteAsync(problem, cancel);
            return;
        }

        // The head first: an event stream may say nothing for a while.
        await response.Body.FlushAsync(cancel);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(options.Silence);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            await Relay.CopyAsync(body, response.Body, () => silence.CancelAfter(options.Silence), silence.Token);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
        }
    }

    private static void CopyHeaders(HttpResponseMessage answer, HttpResponse to)
    {
        var connection = answer.Headers.NonValidated.TryGetValues("Connection", out var named) ? named.ToArray() : [];
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (!HopByHop.Ends(name, connection))
                to.Headers[name] = values.ToArray();
        }
    }

    /// <summary>A refusal of a signed request, whole: its code tells whether the key is still one. Null where it is none, or too long.</summary>
    private static async Task<byte[]?> ProblemAsync(HttpResponseMessage answer, KeyCookieRequest asked, CancellationToken cancel)
    {
        if (asked.Key is null || (int)answer.StatusCode != 401 || answer.Content.Headers.ContentType?.MediaType != "application/problem+json"
            || answer.Content.Headers.ContentLength is > MaxProblem)
        {
            return null;
        }

        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxProblem, cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(cancel);
            asked.Refuse(CodeOf(body));
            return body;
        }
        catch (HttpRequestException wrong)
        {
            throw new UpstreamException(new(502, "upstream_unavailable", "The API's answer cannot be read."), wrong);
        }
    }

    private static string? CodeOf(byte[] problem)
    {
        try
        {
            return JsonElement.Parse(problem) is { ValueKind: JsonValueKind.Object } document
                && document.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String ? code.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Refusal TooLarge() => Refusals.TooLarge($"A body may have at most {options.BodyLimit} bytes.");
}
