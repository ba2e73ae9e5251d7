using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// The BFF within the server: a request that brings a key cookie is signed with it, and then judged like any signed
/// request. Stands after routing and before identity; nothing behind it sees the cookie. Here a browser gets one when its
/// page asks for it (<c>POST /bff/key</c>): to one that only signs in, its session stays what it is.
/// </summary>
public sealed class KeyCookieLayer(
    RequestDelegate next, KeyCookieReader reader, KeyCookie cookie, KeyCookieAnswers answers, CookieSigner signer, Settings settings,
    RefusalFunnel funnel)
{
    /// <summary>How a BFF in a process of its own names itself in <c>Via</c>.</summary>
    public const string BffName = "aicli-bff";

    /// <summary>What a multipart upload has beside its file.</summary>
    private const long Envelope = 1 << 20;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path.Equals(KeyCookieEndpoints.Path) || cookie.In(request.Headers) is null || IsByBff(request))
        {
            await next(context);
            return;
        }

        // Given back when the answer is out: what it means for the key is found out as it begins.
        var asked = KeyCookieReader.IsToSign(request) ? reader.Read(request) : new KeyCookieRequest();
        context.Response.RegisterForDispose(asked);
        if (asked.Refused is { } refused)
        {
            await funnel.AnswerAsync(context, refused);
            return;
        }

        request.Headers.Cookie = cookie.Without(request.Headers.Cookie);
        context.Features.Set(asked);
        context.Response.OnStarting(() => AnswerAsync(context, asked));
        if (asked.Key is { } key && await SignAsync(context, key) is { } unsigned)
        {
            await funnel.AnswerAsync(context, unsigned);
            return;
        }

        await next(context);
    }

    private async Task AnswerAsync(HttpContext context, KeyCookieRequest asked)
    {
        var response = context.Response;
        if (await answers.SetCookieAsync(context, asked, response.StatusCode, response.Headers, context.RequestAborted) is { } set)
            response.Headers.Append(HeaderNames.SetCookie, set);
    }

    private async Task<Refusal?> SignAsync(HttpContext context, OpenKey key)
    {
        var headers = context.Request.Headers;
        if (new IncomingRequest(context).HasContent && headers["Content-Digest"].Count == 0)
        {
            // What the endpoint takes, as routing has set it; beyond that the wire itself refuses.
            var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? settings.Projects.UploadLimit + Envelope;
            if (await SpooledBody.ReadAsync(context.Request.Body, limit, context.RequestAborted) is not { } body)
                return Refusals.TooLarge($"A body may have at most {limit} bytes.");
            context.Response.RegisterForDisposeAsync(body);
            context.Request.Body = body.Content;
            headers["Content-Digest"] = body.Digest;
        }

        var fields = signer.Sign(new IncomingRequest(context), key);
        headers["Signature-Input"] = fields.SignatureInput;
        headers["Signature"] = fields.Signature;
        return null;
    }

    // What a BFF passes on has its key already, or gets it there. Who only claims to come from one gets no key here.
    internal static bool IsByBff(HttpRequest request) =>
        request.Headers.Via is { Count: > 0 } hops && hops[^1]!.EndsWith($" {BffName}", StringComparison.Ordinal);
}

/// <summary>Tells a request's key cookie how the request was refused.</summary>
public sealed class KeyCookieRefusals : IRefusalSink
{
    public void Refused(HttpContext context, Refusal refusal) => context.Features.Get<KeyCookieRequest>()?.Refuse(refusal.Code);
}
