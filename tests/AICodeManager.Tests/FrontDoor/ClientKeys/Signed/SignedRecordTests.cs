using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Signatures.Signing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Signed;

/// <summary>What is told of signed requests, and what a signature alone meets at every door.</summary>
public sealed class SignedRecordTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_audit_knows_whose_key_was_misused()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var (device, stranger) = (await lab.EnrolAsync(owner), lab.NewDevice());
        var repeating = Repeating(lab, device);

        await lab.SendAsync(HttpMethod.Get, "auth/me", null, null, repeating);
        await lab.SendAsync(HttpMethod.Get, "auth/me", null, null, repeating);
        await lab.SendAsync(HttpMethod.Get, "auth/me", null, null, new RequestSigner(
            stranger.Key, device.Id.ToString("D"), new SignerOptions { Time = lab.Clock }));
        await lab.Store.RevokeAsync(owner.Id, device.Id, "owner", RequestOrigin.System, Cancel);
        await lab.AskAsync(device);
        await lab.Server.Services.GetRequiredService<RefusalAudit>().StopAsync(Cancel);

        var told = await lab.Server.Database.ReadAsync(
            r => r.QueryAsync<string>(
                "SELECT name || ' ' || details FROM audit_events WHERE name IN ('replay_attack', 'signature_invalid', 'revoked_key_used') ORDER BY name"), Cancel);
        string[] names = ["replay_attack", "revoked_key_used", "signature_invalid"];
        Assert.Equal(names, told.Select(t => t[..t.IndexOf(' ', StringComparison.Ordinal)]));
        Assert.All(told, t => Assert.Contains($"\"key\":\"{device.Id}\",\"user\":\"{owner.Id}\"", t, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_is_counted_once_by_how_it_ended()
    {
        await using var lab = await KeyLab.StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        var repeating = Repeating(lab, device);
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        var factory = lab.Server.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name == "aicli.signatures.verified" && instrument.Meter.Scope == factory)
            {
                to.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Enqueue((string)tags.ToArray().Single(t => t.Key == "result").Value!));
        listener.Start();

        await lab.SendAsync(HttpMethod.Get, "auth/me", null, null, repeating);
        await lab.SendAsync(HttpMethod.Get, "auth/me", null, null, repeating);

        Assert.Equal(["ok", "replay_detected"], counted);
    }

    [Fact]
    public async Task An_answer_that_a_key_alone_began_ends_with_the_key_although_nothing_changes()
    {
        await using var lab = await KeyLab.StartAsync(routes: routes => routes.MapGet(
            "/watched", async (HttpContext context, SessionWatches watches, TimeProvider time, CancellationToken cancel) =>
            {
                using var watch = watches.Of(context);
                var before = await watch.StillLivesAsync(cancel);
                ((Fixtures.FakeClock)time).Advance(TimeSpan.FromDays(97));
                return Results.Json(new { before, after = await watch.StillLivesAsync(cancel) });
            }).NeedsSignIn());
        var device = await lab.EnrolAsync(await lab.SignUpAsync());

        var answer = await lab.SendAsync(HttpMethod.Get, "../../watched", null, null, device.Signature());

        Assert.True(answer.Json.GetProperty("before").GetBoolean());
        Assert.False(answer.Json.GetProperty("after").GetBoolean());
    }

    [Fact]
    public async Task At_no_door_does_a_signature_alone_meet_a_fault()
    {
        await using var lab = await KeyLab.StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync("admin"));
        var routes =
            from endpoint in lab.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            let path = Filled(endpoint.RoutePattern.RawText!).TrimEnd('/')
            // It ends the key that asks, and /readyz tells of the machine.
            where path != "/readyz" && (method, path) != ("DELETE", "/api/v1/keys")
            select (Method: method, Path: path);

        var faults = new List<string>();
        foreach (var (method, path) in routes)
        {
            var answer = await lab.SendAsync(
                new HttpMethod(method), "../.." + path, method is "GET" or "HEAD" or "DELETE" ? null : new { }, null, device.Signature());
            if (answer.Status >= 500 || answer.Code is "key_revoked" or "signature_invalid" or "signature_malformed")
            {
                faults.Add($"{method} {path}: {answer.Status} {answer.Text}");
            }
        }

        Assert.Empty(faults);
    }

    private static string Filled(string pattern) =>
        System.Text.RegularExpressions.Regex.Replace(pattern, @"\{([^{}]*)\}", part => part.Value.Contains(":guid", StringComparison.Ordinal) ? Guid.NewGuid().ToString() : "x");

    private static RequestSigner Repeating(KeyLab lab, Device device) => new(
        device.Key, device.Id.ToString("D"), new SignerOptions { Time = lab.Clock, NewNonce = () => "the same nonce every time" });
}
