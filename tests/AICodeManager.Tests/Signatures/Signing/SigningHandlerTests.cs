using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Signing;
using AICodeManager.Signatures.Verifying;
using AICodeManager.Tests.Signatures.Verifying;

namespace AICodeManager.Tests.Signatures.Signing;

/// <summary>What <see cref="SigningHandler"/> sends, looked at where it would go over the wire.</summary>
public sealed class SigningHandlerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_sign_requests_with_and_without_content()
    {
        var wire = new Wire();
        using var client = Client(wire);
        await client.GetAsync(new Uri("https://EXAMPLE.com:443/a%2Fb?x=%7E&y=a+b"), Cancel);
        await client.PostAsync(new Uri("https://[2001:DB8::1]:8443/"), new StringContent("{}", Encoding.UTF8, "application/json"), Cancel);
        Assert.All(wire.Sent, sent => Assert.Equal(SignatureFault.None, Contract.Judge(sent)));
        Assert.Equal(["example.com", "[2001:db8::1]:8443"], wire.Sent.Select(s => s.Authority));
        Assert.Equal(["/a%2Fb?x=~&y=a+b", "/"], wire.Sent.Select(s => s.Target)); // what HttpClient itself writes
        Assert.Equal(ContentDigest.Of("{}"u8), wire.Sent[1].Line("content-digest", 0));
        Assert.Equal("{}", wire.Sent[1].Body);
        Assert.Contains("\"content-digest\"", wire.Sent[1].Line("signature-input", 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Can_cover_the_token_beside_it()
    {
        var wire = new Wire();
        using var client = Client(wire);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "abc");
        await client.GetAsync(new Uri("https://example.com/"), Cancel);
        Assert.Equal(SignatureFault.None, Contract.Judge(wire.Sent[0]));
        Assert.Contains("\"authorization\"", wire.Sent[0].Line("signature-input", 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Can_sign_anew_what_is_sent_again()
    {
        var wire = new Wire { Refusals = 2 };
        using var client = new HttpClient(new Retrying { InnerHandler = Handler(wire) });
        await client.PostAsync(new Uri("https://example.com/"), new StringContent("{}"), Cancel);
        Assert.Equal(3, wire.Sent.Count);
        Assert.All(wire.Sent, sent =>
        {
            Assert.Equal((1, 1, 1), (sent.Lines("signature"), sent.Lines("signature-input"), sent.Lines("content-digest")));
            Assert.Equal(SignatureFault.None, Contract.Judge(sent));
            Assert.Equal("{}", sent.Body);
        });
        Assert.Equal(3, wire.Sent.Select(s => s.Line("signature-input", 0)).Distinct().Count());
    }

    [Fact]
    public async Task Can_send_a_stream_whose_digest_is_given_without_buffering_it()
    {
        var wire = new Wire { ReadsContent = false };
        using var client = Client(wire);
        var unread = new StreamContent(new Unreadable());
        unread.Headers.Add("Content-Digest", ContentDigest.Of("{}"u8));
        await client.PostAsync(new Uri("https://example.com/"), unread, Cancel);
        Assert.Equal(SignatureFault.None, Contract.Judge(wire.Sent[0]));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.PostAsync(new Uri("https://example.com/"), new StreamContent(new MemoryStream(new byte[2000])), Cancel));
    }

    [Fact]
    public void Cannot_send_unsigned_by_the_other_door()
    {
        var wire = new Wire();
        using var client = Client(wire);
        Assert.Throws<NotSupportedException>(() => client.Send(new HttpRequestMessage(HttpMethod.Get, "https://example.com/"), Cancel));
        Assert.Empty(wire.Sent);
    }

    [Fact]
    public void Can_cover_fields_as_HttpClient_writes_them()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://example.com:8080/") { Content = new StringContent("{}") };
        request.Headers.UserAgent.ParseAdd("aicli/1.0 (linux) extra/2");
        request.Headers.Accept.ParseAdd("application/json, */*");
        var outgoing = new OutgoingRequest(request);
        Assert.Equal("aicli/1.0 (linux) extra/2", Bases.Line(outgoing, "\"user-agent\""));
        Assert.Equal("application/json, */*", Bases.Line(outgoing, "\"accept\""));
        Assert.Equal("2", Bases.Line(outgoing, "\"content-length\""));
        Assert.Equal("example.com:8080", Bases.Line(outgoing, "\"host\""));
        Assert.Null(Bases.Line(outgoing, "\"x-absent\""));
        request.Headers.Host = "other.example";
        Assert.Equal("other.example", Bases.Line(outgoing, "\"@authority\""));
    }

    [Fact]
    public void Cannot_make_a_signer_or_signature_that_nobody_can_read()
    {
        Assert.Throws<ArgumentException>(() => new RequestSigner(Contract.Key, "k", new SignerOptions { Label = "Sig" }));
        Assert.Throws<ArgumentException>(() => new RequestSigner(Contract.Key, "k", new SignerOptions { Label = "a\r\nb" }));
        Assert.Throws<ArgumentException>(() => new RequestSigner(Contract.Key, "k\n").Sign(Contract.Get));
        Assert.Throws<ArgumentException>(() => new RequestSigner(Contract.Key, "schl\u00fcssel").Sign(Contract.Get));
        Assert.Throws<ArgumentException>(() => Contract.Sign(Contract.Get, Contract.Options with { Covering = _ => ["x-absent"] }));
        Assert.Throws<ArgumentException>(() => Contract.Sign(Contract.Get, Contract.Options with { Covering = _ => ["@method", "@method"] }));
        Assert.Throws<ArgumentException>(() => Contract.Sign(Contract.Get, Contract.Options with { Covering = _ => ["Cookie"] }));
        Assert.Throws<ArgumentException>(() => new OutgoingRequest(new HttpRequestMessage(HttpMethod.Get, new Uri("/a", UriKind.Relative))));
        var quoted = new RequestSigner(Contract.Key, "a\"b\\c", Contract.Options);
        Assert.Equal(SignatureFault.None, Contract.Judge(Contract.Get.With(quoted.Sign(Contract.Get))));
    }

    [Fact]
    public void Cannot_repeat_a_nonce()
    {
        var nonces = Enumerable.Range(0, 1000).Select(_ => Contract.Options.NewNonce!()).ToHashSet();
        Assert.Equal(1000, nonces.Count);
        Assert.All(nonces, n => Assert.Equal(22, n.Length));
    }

    private static HttpClient Client(Wire wire) => new(Handler(wire));

    private static SigningHandler Handler(Wire wire) => new(new RequestSigner(Contract.Key, Contract.KeyId, Contract.Options)) { InnerHandler = wire, MostBuffered = 1000 };

    /// <summary>Keeps what would go over the wire.</summary>
    private sealed class Wire : HttpMessageHandler
    {
        public List<WireRequest> Sent { get; } = [];

        public int Refusals { get; set; }

        public bool ReadsContent { get; init; } = true;

        // As SocketsHttpHandler does, it would send this way, too.
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent.Add(new WireRequest("GET", "/"));
            return new HttpResponseMessage(HttpStatusCode.OK);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var outgoing = new OutgoingRequest(request);
            var body = request.Content is null ? null : ReadsContent ? await request.Content.ReadAsStringAsync(cancellationToken) : "";
            var sent = new WireRequest(outgoing.Method, outgoing.Target, outgoing.Authority, outgoing.Scheme) { Body = body };
            var headers = request.Content is null ? request.Headers.NonValidated : request.Headers.NonValidated.Concat(request.Content.Headers.NonValidated);
            Sent.Add(headers.Aggregate(sent, (r, h) => r.With(h.Key.ToLowerInvariant(), h.Value.ToString())));
            return new HttpResponseMessage(Refusals-- > 0 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        }
    }

    private sealed class Retrying : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            while (true)
            {
                var answer = await base.SendAsync(request, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return answer;
                }
            }
        }
    }

    private sealed class Unreadable : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("It was read.");

        public override int Read(Span<byte> buffer) => throw new InvalidOperationException("It was read.");
    }
}
