using System.Net.Http.Headers;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Signing;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Signed;

/// <summary>A signed request at the server's door: what it opens, and what everybody who tampers with it is told.</summary>
public sealed class SignedRequestTests
{
    [Theory]
    [InlineData(SignatureAlgorithm.ES256)]
    [InlineData(SignatureAlgorithm.PS256)]
    [InlineData(SignatureAlgorithm.PS512)]
    [InlineData(SignatureAlgorithm.Ed25519)]
    public async Task A_signature_is_enough_to_be_known(SignatureAlgorithm algorithm)
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var device = await lab.EnrolAsync(owner, lab.NewDevice(algorithm));

        var me = await lab.AskAsync(device);
        var made = await lab.SendAsync(HttpMethod.Post, "workspaces", new { name = "작업실" }, null, device.Signature());

        Assert.Equal((200, owner.Id), (me.Status, me.Json.GetProperty("id").GetGuid()));
        Assert.Equal(201, made.Status);
    }

    [Fact]
    public async Task A_signature_and_a_token_of_one_account_go_together_and_those_of_two_do_not()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, other) = (await lab.SignUpAsync(), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(owner);

        Assert.Equal(200, (await lab.SendAsync(HttpMethod.Get, "sessions", null, owner.Token, device.Signature())).Status);
        Assert.Equal((401, "credential_conflict"), (await lab.SendAsync(HttpMethod.Get, "sessions", null, other.Token, device.Signature())).Outcome);
        Assert.Equal((401, "token_invalid"), (await lab.SendAsync(HttpMethod.Get, "sessions", null, owner.Token[..^2] + "AA", device.Signature())).Outcome);
    }

    public static TheoryData<string, Action<HttpRequestMessage>> Alterations => new()
    {
        { "the method", r => r.Method = HttpMethod.Put },
        { "the path", r => r.RequestUri = new Uri(r.RequestUri!, "/api/v1/projects") },
        { "the path's spelling", r => r.RequestUri = new Uri(
            r.RequestUri!.AbsoluteUri.Replace("workspaces", "work%73paces"), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }) },
        { "the query", r => r.RequestUri = new Uri(r.RequestUri!, "?limit=1") },
        { "the content", r => Replace(r, "{\"name\":\"evil\"}"u8.ToArray(), keepDigest: true) },
        { "the content and its digest", r => Replace(r, "{\"name\":\"evil\"}"u8.ToArray(), keepDigest: false) },
        { "the token", r => r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "x.y.z") },
        { "the nonce", r => Edit(r, "Signature-Input", text => text.Replace("nonce=\"", "nonce=\"a", StringComparison.Ordinal)) },
        { "the parameters", r => Edit(r, "Signature-Input", text => text + ";x=1") },
        { "the signature", r => Edit(r, "Signature", text => text[..^6] + (text[^6] == 'A' ? 'B' : 'A') + text[^5..]) },
    };

    [Theory]
    [MemberData(nameof(Alterations), DisableDiscoveryEnumeration = true)]
    public async Task Nothing_that_is_covered_can_be_changed_on_the_way(string what, Action<HttpRequestMessage> alter)
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var device = await lab.EnrolAsync(owner);

        var answer = await lab.SendAsync(HttpMethod.Post, "workspaces", new { name = "mine" }, owner.Token, alter, device.Signature());

        Assert.True(answer.Outcome == (401, "signature_invalid"), $"{what}: {answer.Text}");
    }

    [Fact]
    public async Task A_broken_signature_is_rescued_by_no_token_and_by_no_open_door()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var device = await lab.EnrolAsync(owner);

        Assert.Equal((401, "signature_invalid"), (await lab.SendAsync(HttpMethod.Get, "auth/me", null, owner.Token, Break, device.Signature())).Outcome);
        Assert.Equal((401, "signature_malformed"), (await lab.SendAsync(
            HttpMethod.Get, "auth/me", null, owner.Token, r => r.Headers.Add("Signature", "sig=:AAAA:"))).Outcome);
        Assert.Equal((401, "signature_malformed"), (await lab.SendAsync(
            HttpMethod.Get, "auth/me", null, owner.Token, r => r.Headers.TryAddWithoutValidation("Signature-Input", "sig=();created=1;tag=\"other\""))).Outcome);
        Assert.Equal((401, "signature_invalid"), (await lab.SendAsync(
            HttpMethod.Post, "auth/login", new { email = owner.Email, password = LiveServer.Password }, null, Break, device.Signature())).Outcome);
    }

    [Theory]
    [InlineData(-60, 200, null)]
    [InlineData(-61, 401, "signature_expired")]
    [InlineData(5, 200, null)]
    [InlineData(6, 401, "signature_expired")]
    public async Task The_window_is_sixty_seconds_back_and_five_ahead(int seconds, int status, string? code)
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var device = await lab.EnrolAsync(owner);
        var signer = new RequestSigner(
            device.Key, device.Id.ToString("D"), new SignerOptions { Time = new FakeClock(lab.Clock.GetUtcNow() + TimeSpan.FromSeconds(seconds)) });

        Assert.Equal((status, code), (await lab.SendAsync(HttpMethod.Get, "auth/me", null, null, signer)).Outcome);
    }

    [Fact]
    public async Task Who_does_not_know_a_key_cannot_learn_whether_there_is_one()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var (device, revoked, stranger) = (await lab.EnrolAsync(owner), await lab.EnrolAsync(owner), lab.NewDevice());
        await lab.Store.RevokeAsync(owner.Id, revoked.Id, "owner", AICodeManager.Server.Ground.Http.RequestOrigin.System, TestContext.Current.CancellationToken);

        string[] answers =
        [
            .. await Task.WhenAll(new[] { device.Id, revoked.Id, Guid.NewGuid() }.Select(async id =>
                Anonymised((await lab.SendAsync(HttpMethod.Get, "auth/me", null, null, new RequestSigner(
                    stranger.Key, id.ToString("D"), new SignerOptions { Time = lab.Clock }))).Text))),
        ];

        Assert.Single(answers.Distinct());
        Assert.Contains("signature_invalid", answers[0], StringComparison.Ordinal);
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(revoked)).Outcome);
    }

    [Fact]
    public async Task A_refused_request_spends_no_nonce_and_a_served_one_does()
    {
        await using var lab = await KeyLab.StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        var signer = new RequestSigner(
            device.Key, device.Id.ToString("D"), new SignerOptions { Time = lab.Clock, NewNonce = () => "a nonce that stays the same" });

        Assert.Equal((401, "signature_invalid"), (await Create(Break)).Outcome);
        Assert.Equal((401, "signature_invalid"), (await Create(r => Replace(r, "{}"u8.ToArray(), keepDigest: true))).Outcome);
        Assert.Equal(201, (await Create(null)).Status);
        Assert.Equal((401, "replay_detected"), (await Create(null)).Outcome);
        lab.Clock.Advance(TimeSpan.FromSeconds(63));
        Assert.Equal((409, "name_taken"), (await Create(null)).Outcome);

        Task<KeyAnswer> Create(Action<HttpRequestMessage>? change) => lab.SendAsync(HttpMethod.Post, "workspaces", new { name = "one" }, null, change, signer);
    }

    [Fact]
    public async Task Of_many_copies_of_one_request_one_is_served()
    {
        await using var lab = await KeyLab.StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        var signer = new RequestSigner(
            device.Key, device.Id.ToString("D"), new SignerOptions { Time = lab.Clock, NewNonce = () => "sixteen letters at least" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => lab.SendAsync(HttpMethod.Get, "auth/me", null, null, signer)));

        Assert.Equal(1, answers.Count(a => a.Status == 200));
        Assert.Equal(63, answers.Count(a => a.Outcome == (401, "replay_detected")));
    }

    [Fact]
    public async Task A_key_is_no_session_and_no_fresh_proof()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var device = await lab.EnrolAsync(owner);
        var next = lab.NewDevice();

        Assert.Equal((401, "step_up_required"), (await lab.SendAsync(
            HttpMethod.Post, "keys", new { public_key = next.Pem }, null, device.Signature(), next.Proof())).Outcome);
        Assert.Equal((401, "session_required"), (await lab.SendAsync(HttpMethod.Post, "auth/logout", new { }, null, device.Signature())).Outcome);
        Assert.Equal((401, "session_required"), (await lab.SendAsync(
            HttpMethod.Post, "auth/step-up", new { password = LiveServer.Password }, null, device.Signature())).Outcome);
        Assert.Equal(200, (await lab.SendAsync(HttpMethod.Get, "sessions", null, null, device.Signature())).Status);
    }

    [Fact]
    public async Task What_an_account_loses_its_keys_lose_with_the_next_request()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, admin) = (await lab.SignUpAsync(), await lab.SignUpAsync("admin"));
        var device = await lab.EnrolAsync(owner);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);

        var disabled = await lab.SendAsync(HttpMethod.Put, $"admin/users/{owner.Id}", new { disabled = true }, admin.Token);

        Assert.True(disabled.Status < 300, disabled.Text);
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(device)).Outcome);
    }

    [Fact]
    public async Task Content_beyond_what_is_kept_in_memory_is_checked_too()
    {
        await using var lab = await KeyLab.StartAsync();
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        // Refused for its field by the endpoint, and so read whole by it, after its digest was found right.
        Assert.Equal((400, "invalid_input"), (await lab.SendAsync(HttpMethod.Post, "workspaces", new { name = new string('x', 300_000) }, null, device.Signature())).Outcome);
    }

    private static void Break(HttpRequestMessage request) =>
        Edit(request, "Signature", text => text[..^10] + (text[^10] == 'A' ? 'B' : 'A') + text[^9..]);

    private static void Edit(HttpRequestMessage request, string header, Func<string, string> edit)
    {
        var text = string.Join(", ", request.Headers.NonValidated[header].ToArray());
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, edit(text));
    }

    private static void Replace(HttpRequestMessage request, byte[] content, bool keepDigest)
    {
        var digest = request.Content!.Headers.GetValues("Content-Digest").Single();
        request.Content = new ByteArrayContent(content);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.TryAddWithoutValidation("Content-Digest", keepDigest ? digest : ContentDigest.Of(content));
    }

    private static string Anonymised(string problem) =>
        System.Text.RegularExpressions.Regex.Replace(problem, "\"request_id\":\"[0-9a-f]+\"", "");
}
