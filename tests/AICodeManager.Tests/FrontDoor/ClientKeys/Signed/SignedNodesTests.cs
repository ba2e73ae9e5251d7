using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Signing;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Signed;

/// <summary>Two nodes, one Redis: what one of them has seen, the other knows with the next request, and nothing goes on unchecked.</summary>
public sealed class SignedNodesTests(PostgresServer postgres, SignedNodesTests.OwnRedis own) : IClassFixture<SignedNodesTests.OwnRedis>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_sixty_four_copies_sent_to_both_nodes_at_once_one_is_served()
    {
        var redis = await own.GrownAsync();
        await using var nodes = await TwoNodes.StartAsync(postgres, redis);
        var (at, device) = await EnrolAsync(nodes);
        var signer = new RequestSigner(
            device.Key, device.Id.ToString("D"), new SignerOptions { Time = nodes.Clock, NewNonce = () => "one nonce for both nodes" });

        // One request, byte for byte, is what a thief has: both nodes are asked under one name.
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => AskAsync(i % 2 == 0 ? nodes.A : nodes.B, at, signer)));

        Assert.Equal(1, answers.Count(a => a.Status == 200));
        Assert.Equal(63, answers.Count(a => a.Outcome == (401, "replay_detected")));
    }

    [Fact]
    public async Task What_one_node_does_to_a_key_the_other_knows_with_the_next_request()
    {
        var redis = await own.GrownAsync();
        await using var nodes = await TwoNodes.StartAsync(postgres, redis);
        var (at, device) = await EnrolAsync(nodes);
        var store = nodes.A.Services.GetRequiredService<ClientKeyStore>();
        var owner = (await store.FindAsync(device.Id, Cancel))!.Key.UserId;
        Assert.Equal(200, (await AskAsync(nodes.B, at, Signer(nodes, device))).Status);
        Assert.Equal(200, (await AskAsync(nodes.A, at, Signer(nodes, device))).Status);

        await store.SuspendAsync(owner, device.Id, "nonce_reused", RequestOrigin.System, Cancel);
        Assert.Equal((401, "key_revoked"), (await AskAsync(nodes.B, at, Signer(nodes, device))).Outcome);
        await store.ResumeAsync(owner, device.Id, RequestOrigin.System, Cancel);
        Assert.Equal(200, (await AskAsync(nodes.B, at, Signer(nodes, device))).Status);
        await store.RevokeAsync(owner, device.Id, "owner", RequestOrigin.System, Cancel);
        Assert.Equal((401, "key_revoked"), (await AskAsync(nodes.B, at, Signer(nodes, device))).Outcome);
        Assert.Equal((401, "key_revoked"), (await AskAsync(nodes.A, at, Signer(nodes, device))).Outcome);
    }

    [Theory]
    [InlineData("killed")]
    [InlineData("frozen")]
    public async Task While_the_store_of_nonces_is_away_nothing_signed_is_served_and_it_comes_back_by_itself(string how)
    {
        var redis = await own.GrownAsync();
        await using var nodes = await TwoNodes.StartAsync(postgres, redis);
        var (at, device) = await EnrolAsync(nodes);
        Assert.Equal(200, (await AskAsync(nodes.A, at, Signer(nodes, device))).Status);

        await (how == "killed" ? redis.KillAsync() : redis.FreezeAsync());
        var away = await AskAsync(nodes.A, at, Signer(nodes, device));
        await (how == "killed" ? redis.RestartAsync() : redis.ThawAsync());

        Assert.Equal((503, "nonce_store_unavailable"), away.Outcome);
        nodes.Clock.Advance(TimeSpan.FromSeconds(7));
        await Poll.UntilAsync(async () => (await AskAsync(nodes.A, at, Signer(nodes, device))).Status == 200);
    }

    [Fact]
    public async Task A_store_that_lost_its_memory_serves_no_copy_of_what_was_served_before()
    {
        var redis = await own.GrownAsync();
        await using var nodes = await TwoNodes.StartAsync(postgres, redis);
        var (at, device) = await EnrolAsync(nodes);
        var signer = new RequestSigner(
            device.Key, device.Id.ToString("D"), new SignerOptions { Time = nodes.Clock, NewNonce = () => "used before the restart" });
        Assert.Equal(200, (await AskAsync(nodes.A, at, signer)).Status);

        await redis.KillAsync();
        await redis.RestartAsync();

        // By way of the lost connection, and then by way of the empty memory: the answer is the same.
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal((503, "nonce_store_unavailable"), (await AskAsync(nodes.B, at, signer)).Outcome);
        }

        await Poll.UntilAsync(async () => await nodes.B.Services.GetRequiredService<ICoordination>().PingAsync(Cancel));
        Assert.Equal((503, "nonce_store_unavailable"), (await AskAsync(nodes.B, at, signer)).Outcome);
    }

    // Both are addressed as one host, as they are behind a balancer; the signature covers that name.
    private static async Task<(Uri At, Device Device)> EnrolAsync(TwoNodes nodes)
    {
        var lab = new KeyLab(nodes.A, nodes.Clock);
        return (new Uri("http://nodes.example.test"), await lab.EnrolAsync(await lab.SignUpAsync()));
    }

    private static RequestSigner Signer(TwoNodes nodes, Device device) =>
        new(device.Key, device.Id.ToString("D"), new SignerOptions { Time = nodes.Clock });

    private static async Task<KeyAnswer> AskAsync(LiveServer node, Uri at, RequestSigner signer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(at, "/api/v1/auth/me"));
        request.Headers.Host = at.Authority;
        var fields = signer.Sign(new OutgoingRequest(request));
        request.RequestUri = new Uri(node.Address, "/api/v1/auth/me");
        request.Headers.TryAddWithoutValidation("Signature-Input", fields.SignatureInput);
        request.Headers.TryAddWithoutValidation("Signature", fields.Signature);
        using var answer = await node.Anonymous().Http.SendAsync(request, Cancel);
        return KeyAnswer.Of((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>One Redis for the class, which is up for longer than what a young one refuses.</summary>
    public sealed class OwnRedis : IAsyncDisposable
    {
        private RedisServer? server;

        public async Task<RedisServer> GrownAsync()
        {
            server ??= await RedisServer.StartAsync();
            await Poll.UntilAsync(async () => (await server.CommandAsync("INFO", "server")).Split('\n')
                .Any(line => line.StartsWith("uptime_in_seconds:", StringComparison.Ordinal) && int.Parse(line.Split(':')[1]) > 7));
            return server;
        }

        public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
