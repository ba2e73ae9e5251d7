using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Signing;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Signed;

/// <summary>The content of signed requests: it is read before any endpoint, in its time, and within the endpoint's own bound.</summary>
public sealed class SignedContentTests
{
    private const int MostUploaded = 12 << 20;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_too_late_is_late_and_nobody_is_called_a_replayer()
    {
        await using var lab = await StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());

        var answer = await SlowlyAsync(lab, HttpMethod.Post, "/api/v1/workspaces", device.Signature(), TimeSpan.FromSeconds(63));

        Assert.Equal((401, "signature_expired"), answer.Outcome);
    }

    [Fact]
    public async Task An_upload_may_take_its_time_and_a_copy_that_is_held_back_meanwhile_is_a_replay()
    {
        await using var lab = await StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        var began = new FakeClock(lab.Clock.GetUtcNow());
        var copied = new RequestSigner(
            device.Key, device.Id.ToString("D"), new SignerOptions { Time = began, NewNonce = () => "one nonce for all copies" });

        Assert.Equal(200, (await SlowlyAsync(lab, HttpMethod.Put, "/uploads", device.Signature(), TimeSpan.FromMinutes(9))).Status);

        began.UtcNow = lab.Clock.GetUtcNow();
        Assert.Equal(200, (await SlowlyAsync(lab, HttpMethod.Put, "/uploads", copied, TimeSpan.Zero)).Status);
        Assert.Equal((401, "replay_detected"), (await SlowlyAsync(lab, HttpMethod.Put, "/uploads", copied, TimeSpan.FromMinutes(9))).Outcome);
    }

    [Fact]
    public async Task A_route_of_uploads_takes_signed_content_beyond_the_bound_of_others()
    {
        await using var lab = await StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());

        Assert.Equal(200, (await lab.SendAsync(HttpMethod.Put, "../../uploads", new byte[9 << 20], null, device.Signature())).Status);
    }

    [Fact]
    public async Task The_routes_on_which_files_come_say_so_before_the_content_is_read()
    {
        await using var lab = await StartAsync();

        string[] uploads =
        [
            .. lab.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(e => e.Metadata.GetMetadata<TakesUploads>() is { Bytes: > 256 << 20 }).Select(e => e.RoutePattern.RawText!).Order(),
        ];

        Assert.Equal(["/api/v1/projects/{id:guid}/files/{**path}", "/api/v1/workspaces/{id:guid}/projects"], uploads);
    }

    [Fact]
    public async Task A_tighter_bound_within_an_endpoint_holds_for_content_that_was_read_before()
    {
        await using var lab = await StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        var workspace = await lab.SendAsync(HttpMethod.Post, "workspaces", new { name = "one" }, null, device.Signature());
        var id = workspace.Json.GetProperty("id").GetGuid();

        Assert.Equal(413, (await lab.SendAsync(
            HttpMethod.Post, $"workspaces/{id}/projects", new { name = new string('x', 20_000) }, null, device.Signature())).Status);
        Assert.Equal(413, (await lab.SendAsync(
            HttpMethod.Post, "../../auth/oauth/complete", new { handle = new string('x', 5000), code = "1" }, null, device.Signature())).Status);
        Assert.InRange((await lab.SendAsync(
            HttpMethod.Post, "../../auth/oauth/complete", new { handle = "x", code = "1" }, null, device.Signature())).Status, 400, 499);
    }

    [Fact]
    public async Task Of_a_key_that_is_revoked_no_content_is_read()
    {
        await using var lab = await StartAsync();
        var owner = await lab.SignUpAsync();
        var device = await lab.EnrolAsync(owner);
        await lab.Store.RevokeAsync(owner.Id, device.Id, "owner", RequestOrigin.System, Cancel);
        var wasAskedFor = false;

        var answer = await SlowlyAsync(lab, HttpMethod.Put, "/uploads", device.Signature(), () => wasAskedFor = true);

        Assert.Equal((401, "key_revoked"), answer.Outcome);
        Assert.False(wasAskedFor);
    }

    [Fact]
    public void Where_nobody_can_tell_there_is_content() => Assert.True(new IncomingRequest(new DefaultHttpContext()).HasContent);

    private static Task<KeyLab> StartAsync() => KeyLab.StartAsync(routes: routes => routes.MapPut("/uploads", async (HttpContext context, CancellationToken cancel) =>
    {
        await context.Request.Body.CopyToAsync(Stream.Null, cancel);
        return Results.Json(new { });
    }).NeedsSignIn().TakesUploads(MostUploaded).Carries(FieldKind.Code, FieldPolicy.WholeBody));

    private static Task<KeyAnswer> SlowlyAsync(KeyLab lab, HttpMethod method, string path, RequestSigner signer, TimeSpan delay) =>
        SlowlyAsync(lab, method, path, signer, () => lab.Clock.Advance(delay));

    // The server asks for the content (100 Continue) when it begins to read it: by then the head has been judged. Less than
    // a kilobyte the client would send unasked.
    private static async Task<KeyAnswer> SlowlyAsync(KeyLab lab, HttpMethod method, string path, RequestSigner signer, Action meanwhile)
    {
        using var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(2) });
        using var request = new HttpRequestMessage(method, new Uri(lab.Server.Address, path))
        {
            Content = new HeldBack(JsonSerializer.SerializeToUtf8Bytes(new { name = new string('s', 2000) }), meanwhile),
        };
        request.Headers.ExpectContinue = true;
        var fields = signer.Sign(new OutgoingRequest(request));
        request.Headers.TryAddWithoutValidation("Signature-Input", fields.SignatureInput);
        request.Headers.TryAddWithoutValidation("Signature", fields.Signature);
        using var answer = await client.SendAsync(request, Cancel);
        return KeyAnswer.Of((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private sealed class HeldBack : HttpContent
    {
        private readonly byte[] bytes;
        private readonly Action meanwhile;

        public HeldBack(byte[] bytes, Action meanwhile)
        {
            (this.bytes, this.meanwhile) = (bytes, meanwhile);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
            Headers.TryAddWithoutValidation("Content-Digest", ContentDigest.Of(bytes));
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            meanwhile();
            await stream.WriteAsync(bytes);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
