using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Verifying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.Bff;

/// <summary>
/// An API on a loopback port, as far as a BFF needs one: it signs people in, registers keys after checking their proof,
/// and verifies every signature by the contract with the shipped verifier. It keeps what it got.
/// </summary>
internal sealed class ApiUpstream : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SignatureVerifier requests = new(SignatureContract.Requests, TimeProvider.System);
    private readonly SignatureVerifier proofs = new(SignatureContract.Registrations, TimeProvider.System);
    private readonly ConcurrentDictionary<string, (Guid User, Guid Session)> sessions = new();
    private readonly Dictionary<string, Func<HttpContext, Task>> routes = [];

    private ApiUpstream(WebApplication app) => this.app = app;

    /// <param name="Signed">The key whose signature over this request was right; null without one.</param>
    public sealed record Got(
        string Method, string Target, IReadOnlyDictionary<string, string> Headers, long Length, string BodyHash, Guid? Signed, string? Fault);

    public Uri Address { get; private set; } = null!;

    public ConcurrentQueue<Got> Requests { get; } = new();

    public ConcurrentDictionary<Guid, VerifyingKey> Keys { get; } = new();

    /// <summary>Keys that were revoked.</summary>
    public ConcurrentQueue<Guid> Revoked { get; } = new();

    /// <summary>Keys that took another's place.</summary>
    public ConcurrentQueue<(Guid Old, Guid New)> Rotations { get; } = new();

    public Guid User { get; set; } = Guid.NewGuid();

    /// <summary>What <c>POST /keys</c> answers instead, when set.</summary>
    public int? RefuseKeysWith { get; set; }

    /// <summary>The last request that was no registration or question of the BFF's own.</summary>
    public Got Last => Requests.Last(r => !r.Target.StartsWith("/api/v1/keys", StringComparison.Ordinal) && r.Target is not ("/api/v1/auth/me" or "/api/v1/csrf"));

    public static async Task<ApiUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(o =>
        {
            o.Limits.MaxRequestBodySize = null;
            o.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
        });
        var api = new ApiUpstream(builder.Build());
        api.app.Run(api.ServeAsync);
        await api.app.StartAsync();
        api.Address = new Uri(api.app.Urls.First());
        return api;
    }

    /// <summary>Answers a path otherwise, before its body is read.</summary>
    public void On(string path, Func<HttpContext, Task> answer) => routes[path] = answer;

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    public Task StopAsync() => app.StopAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (routes.TryGetValue(context.Request.Path, out var other))
        {
            await other(context);
            return;
        }

        var body = await BodyAsync(context);
        var got = Read(context, body);
        Requests.Enqueue(got);
        if (got.Fault is not null)
        {
            await ProblemAsync(context, 401, got.Fault);
            return;
        }

        var answer = (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", "/api/v1/auth/login") => SignInAsync(context),
            ("POST", "/api/v1/auth/logout") => StatusAsync(context, 204),
            ("GET", "/api/v1/auth/me") => MeAsync(context, got),
            ("POST", "/api/v1/keys") => RegisterAsync(context, body, SessionOf(context) is not null),
            ("POST", { } path) when path.EndsWith("/rotate", StringComparison.Ordinal) => RotateAsync(context, body, got),
            ("DELETE", { } path) when path.StartsWith("/api/v1/keys/", StringComparison.Ordinal) => RevokeAsync(context, path, got),
            _ => context.Response.WriteAsJsonAsync(new { got.Signed }),
        };
        await answer;
    }

    private Got Read(HttpContext context, byte[] body)
    {
        var (signed, fault) = Verify(context, body);
        return new(
            context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.Length,
            Convert.ToHexString(SHA256.HashData(body)), signed, fault);
    }

    private (Guid? Key, string? Fault) Verify(HttpContext context, byte[] body)
    {
        var message = new IncomingRequest(context);
        var reading = requests.Read(message);
        if (reading.Fault == SignatureFault.Missing)
            return (null, null);
        if (reading.Signature is not { } signature)
            return (null, "signature_malformed");
        if (!Guid.TryParse(signature.KeyId, out var id) || !Keys.TryGetValue(id, out var key) || !requests.IsBy(key, signature, message)
            || (message.HasContent && !ContentDigest.Read(context.Request.Headers["Content-Digest"].ToString()).Digest!.Matches(body)))
            return (null, "signature_invalid");
        return Revoked.Contains(id) ? (null, "key_revoked") : (id, null);
    }

    private Task SignInAsync(HttpContext context)
    {
        var name = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        sessions[name] = (User, Guid.NewGuid());
        context.Response.Headers.Append("Set-Cookie", $"__Host-aicli_session={name}; path=/; secure; httponly; samesite=strict");
        return context.Response.WriteAsJsonAsync(new { user = new { id = User } });
    }

    private Task MeAsync(HttpContext context, Got got) => SessionOf(context) is { } session
        ? context.Response.WriteAsJsonAsync(new { id = session.User, session_id = session.Session, signed = got.Signed })
        : ProblemAsync(context, 401, "session_invalid");

    private Task RegisterAsync(HttpContext context, byte[] body, bool signedIn)
    {
        if (RefuseKeysWith is { } status)
            return ProblemAsync(context, status, "refused_here");
        var document = JsonElement.Parse(body);
        var custody = document.TryGetProperty("custody", out var word) ? word.GetString() : null;
        return signedIn && custody == "bff-cookie" && Proved(context, document, body) is { } key
            ? CreatedAsync(context, key)
            : ProblemAsync(context, 400, "proof_invalid");
    }

    private async Task RotateAsync(HttpContext context, byte[] body, Got got)
    {
        if (got.Signed is not { } old || !context.Request.Path.Value!.Contains($"{old:D}", StringComparison.Ordinal)
            || Proved(context, JsonElement.Parse(body), body) is not { } key)
        {
            await ProblemAsync(context, 400, "proof_invalid");
            return;
        }

        Rotations.Enqueue((old, await CreatedAsync(context, key)));
    }

    private Task RevokeAsync(HttpContext context, string path, Got got)
    {
        if (got.Signed is null)
            return ProblemAsync(context, 401, "authentication_required");
        Revoked.Enqueue(Guid.Parse(path[^36..]));
        return StatusAsync(context, 204);
    }

    private VerifyingKey? Proved(HttpContext context, JsonElement document, byte[] body)
    {
        var message = new IncomingRequest(context);
        return PublicKeys.TryRead(document.GetProperty("public_key").GetString()!, null, out var key, out _, out _)
            && proofs.Read(message).Signature is { } proof && proof.KeyId == key.Thumbprint && proofs.IsBy(key, proof, message)
            && ContentDigest.Read(context.Request.Headers["Content-Digest"].ToString()).Digest!.Matches(body)
                ? key
                : null;
    }

    private async Task<Guid> CreatedAsync(HttpContext context, VerifyingKey key)
    {
        var id = Guid.NewGuid();
        Keys[id] = key;
        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(new { key_id = id });
        return id;
    }

    private (Guid User, Guid Session)? SessionOf(HttpContext context) =>
        context.Request.Cookies["__Host-aicli_session"] is { } name && sessions.TryGetValue(name, out var session) ? session : null;

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task ProblemAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new { code, title = "Refused.", status }, options: null, contentType: "application/problem+json", cancellationToken: CancellationToken.None);
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var all = new MemoryStream();
        await context.Request.Body.CopyToAsync(all);
        return all.ToArray();
    }
}
