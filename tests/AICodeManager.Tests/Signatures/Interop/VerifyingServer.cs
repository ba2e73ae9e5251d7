using System.Net;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Verifying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.Signatures.Interop;

/// <summary>A real web server with nothing in it but the library: 204 where signature and digest are right, else 401.</summary>
internal sealed class VerifyingServer(WebApplication app) : IAsyncDisposable
{
    public string Address => app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    public static async Task<VerifyingServer> StartAsync(SignaturePolicy policy, IReadOnlyDictionary<string, VerifyingKey> keys, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var verifier = new SignatureVerifier(policy, TimeProvider.System);
        app.Run(async context =>
        {
            var why = await JudgeAsync(verifier, keys, context);
            context.Response.StatusCode = why is null ? StatusCodes.Status204NoContent : StatusCodes.Status401Unauthorized;
        });
        await app.StartAsync(cancel);
        return new VerifyingServer(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task<string?> JudgeAsync(SignatureVerifier verifier, IReadOnlyDictionary<string, VerifyingKey> keys, HttpContext context)
    {
        var message = new Incoming(context);
        var reading = verifier.Read(message);
        if (reading.Signature is not { } signature)
        {
            return reading.Detail;
        }

        if (!keys.TryGetValue(signature.KeyId, out var key) || !verifier.IsBy(key, signature, message))
        {
            return "wrong signature";
        }

        if (!signature.Covers("content-digest"))
        {
            return null;
        }

        try
        {
            await using var body = new DigestCheckingStream(context.Request.Body, ContentDigest.Read(message.Line("content-digest", 0)).Digest!);
            await body.CopyToAsync(Stream.Null, context.RequestAborted);
            return null;
        }
        catch (ContentDigestException)
        {
            return "wrong digest";
        }
    }

    private sealed class Incoming(HttpContext context) : IRequestMessage
    {
        public string Method => context.Request.Method;

        public string Scheme => context.Request.Scheme;

        public string Authority => context.Request.Host.Value ?? "";

        public string Target => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

        public bool HasContent => context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody;

        public int Lines(string field) => context.Request.Headers[field].Count;

        public string Line(string field, int index) => context.Request.Headers[field][index] ?? "";
    }
}
