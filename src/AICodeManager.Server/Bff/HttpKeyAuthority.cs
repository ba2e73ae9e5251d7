using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;
using AICodeManager.Server.FrontDoor.Csrf;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Server.Bff;

/// <summary>
/// Registers keys at the API as any client may: with the browser's own session and a proof of possession. It has no
/// power of its own there.
/// </summary>
public sealed class HttpKeyAuthority(Upstream upstream, CookieSigner signer, KeyCookieSession names) : IKeyAuthority
{
    private const string Keys = "/api/v1/keys";
    private const int MaxAnswer = 64 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public async Task<SessionOwner?> OwnerOfAsync(HttpContext context, string session, OpenKey? key, CancellationToken cancel)
    {
        var answer = await SendAsync(context, "GET", "/api/v1/auth/me", null, session, key, null, cancel);
        return answer.Status == HttpStatusCode.OK && IdIn(answer.Body, "id") is { } user && IdIn(answer.Body, "session_id") is { } id
            ? new SessionOwner(user, id, session)
            : null;
    }

    public async Task<KeyRegistration> RegisterAsync(HttpContext context, SessionOwner owner, SigningKey key, CancellationToken cancel)
    {
        // The session alone carries this, and with it goes its token against requests of other sites.
        var asked = await SendAsync(context, "GET", CsrfEndpoints.Path, null, owner.Cookie, null, null, cancel);
        return Registered(await SendAsync(
            context, "POST", Keys, new { public_key = key.Public.ToPem(), custody = KeyCustody.BffCookie.Word() }, owner.Cookie, null, key, cancel,
            TextIn(asked.Body, "csrf_token")));
    }

    public async Task<KeyRegistration> RotateAsync(HttpContext context, OpenKey old, SigningKey key, CancellationToken cancel) =>
        Registered(await SendAsync(
            context, "POST", $"{Keys}/{old.Head.KeyId:D}/rotate", new { public_key = key.Public.ToPem() }, null, old, key, cancel));

    public async Task<Refusal?> RevokeAsync(HttpContext context, OpenKey key, CancellationToken cancel)
    {
        var answer = await SendAsync(context, "DELETE", $"{Keys}/{key.Head.KeyId:D}", null, null, key, null, cancel);
        return answer.Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices or HttpStatusCode.NotFound
            || (answer.Status == HttpStatusCode.Unauthorized && TextIn(answer.Body, "code") is "key_revoked" or "signature_invalid")
                ? null
                : RefusalOf(answer);
    }

    /// <param name="body">JSON; null for none.</param>
    /// <param name="cookie">The session cookie's value; null to ask by the key alone.</param>
    /// <param name="key">Signs the request.</param>
    /// <param name="proved">Proves its possession besides.</param>
    /// <param name="csrf">The session's token.</param>
    private async Task<Answer> SendAsync(
        HttpContext context, string method, string target, object? body, string? cookie, OpenKey? key, SigningKey? proved, CancellationToken cancel,
        string? csrf = null)
    {
        using var request = upstream.Request(method, target);
        // The API watches whether a session goes on from the same browser: this is still that browser asking.
        if (context.Request.Headers.UserAgent is [{ } agent])
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
        ClientTrace.Write(context, request);
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", $"{names.CookieName}={cookie}");
        if (csrf is not null)
            request.Headers.TryAddWithoutValidation(KeyCookieGuard.TokenHeader, csrf);
        if (body is not null)
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Options);
            request.Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            request.Headers.TryAddWithoutValidation("Content-Digest", ContentDigest.Of(content));
        }

        AddSignatures(request, key, proved);
        using var answer = await upstream.SendAsync(request, cancel);
        return await ReadAsync(answer, cancel);
    }

    private void AddSignatures(HttpRequestMessage request, OpenKey? key, SigningKey? proved)
    {
        var message = new OutgoingRequest(request);
        SignatureFields?[] made = [key is null ? null : signer.Sign(message, key), proved is null ? null : signer.Prove(message, proved)];
        var fields = made.OfType<SignatureFields>().ToArray();
        if (fields.Length == 0)
            return;
        request.Headers.TryAddWithoutValidation("Signature-Input", string.Join(", ", fields.Select(f => f.SignatureInput)));
        request.Headers.TryAddWithoutValidation("Signature", string.Join(", ", fields.Select(f => f.Signature)));
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var challenge = answer.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var named) ? named.ToString() : null;
        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxAnswer, cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(cancel);
            return new Answer(answer.StatusCode, body.Length == 0 ? default : JsonElement.Parse(body, Strict), challenge);
        }
        catch (Exception wrong) when (wrong is JsonException or HttpRequestException)
        {
            throw new UpstreamException(new(502, "upstream_unavailable", "The API's answer cannot be read."), wrong);
        }
    }

    private static KeyRegistration Registered(Answer answer) => answer.Status == HttpStatusCode.Created && IdIn(answer.Body, "key_id") is { } id
        ? KeyRegistration.Of(id)
        : KeyRegistration.Not(RefusalOf(answer));

    // The API's own refusal, for whoever asked for a key by name.
    private static Refusal RefusalOf(Answer answer) =>
        (int)answer.Status >= 400 && TextIn(answer.Body, "code") is { } code && TextIn(answer.Body, "title") is { } title
            ? new Refusal((int)answer.Status, code, title)
            {
                Detail = TextIn(answer.Body, "detail"),
                Headers = answer.Challenge is { } challenge ? new Dictionary<string, string> { ["WWW-Authenticate"] = challenge } : null,
            }
            : new(502, "upstream_unavailable", "The API's answer cannot be read.");

    private static Guid? IdIn(JsonElement document, string name) => Guid.TryParseExact(TextIn(document, name), "D", out var id) ? id : null;

    private static string? TextIn(JsonElement document, string name) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private sealed record Answer(HttpStatusCode Status, JsonElement Body, string? Challenge);
}
