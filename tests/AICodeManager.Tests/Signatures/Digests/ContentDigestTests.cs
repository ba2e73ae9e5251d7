using System.Text;
using AICodeManager.Signatures.Digests;

namespace AICodeManager.Tests.Signatures.Digests;

/// <summary>Content digests (RFC 9530), in memory and on their way through.</summary>
public sealed class ContentDigestTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("""{"hello": "world"}""");
    private static readonly string Sha256 = ContentDigest.Of(Content), Sha512 = ContentDigest.Of(Content, DigestAlgorithm.Sha512);

    [Fact]
    public void Can_write_the_digests_of_RFC_9530()
    {
        // Its examples: {"hello": "world"} with a line feed.
        var content = "{\"hello\": \"world\"}\n"u8;
        Assert.Equal("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", ContentDigest.Of(content));
        Assert.Equal(
            "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:",
            ContentDigest.Of(content, DigestAlgorithm.Sha512));
    }

    [Fact]
    public void Can_read_what_it_writes()
    {
        Assert.All(
            [Sha256, Sha512, $"{Sha256}, {Sha512}", $"{Sha512},{Sha256}", $"md5=:AAAA:, {Sha256}", $"  {Sha256} ", $"{Sha256};x=1"],
            field => Assert.True(Read(field).Matches(Content)));
        Assert.All([Sha256, Sha512, $"{Sha256}, {Sha512}"], field => Assert.False(Read(field).Matches("{}"u8)));
    }

    [Fact]
    public void Cannot_agree_with_one_of_two_digests()
    {
        Assert.False(Read($"{Sha256}, {ContentDigest.Of("{}"u8, DigestAlgorithm.Sha512)}").Matches(Content));
        Assert.False(Read($"{ContentDigest.Of("{}"u8)}, {Sha512}").Matches(Content));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha-256")]
    [InlineData("sha-256=")]
    [InlineData("sha-256=::")]
    [InlineData("sha-256=:AAAA:")]
    [InlineData("sha-256=\"X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=\"")]
    [InlineData("sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=")]
    [InlineData("SHA-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE:")]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPF=:")]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:,")]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=: x")]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")]
    [InlineData("sha-512=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, sha-512=1")]
    [InlineData("md5=:1B2M2Y8AsgTpgAmY7PhCfg==:")]
    [InlineData("sha=:AAAAAAAAAAAAAAAAAAAAAAAAAAA=:")]
    [InlineData("unixsum=1")]
    public void Cannot_read_what_is_no_secure_digest(string field)
    {
        var (digest, why) = ContentDigest.Read(field);
        Assert.Null(digest);
        Assert.NotNull(why);
    }

    [Fact]
    public async Task Can_pass_content_through_without_keeping_it()
    {
        // Far more than is held: the source makes it as it is read.
        const long Length = 64L << 20;
        var endless = new Pattern(Length);
        var field = await ContentDigest.OfAsync(new Pattern(Length), DigestAlgorithm.Sha256, TestContext.Current.CancellationToken);
        using var checkedStream = new DigestCheckingStream(endless, Read(field));
        var buffer = new byte[16 << 10];
        checkedStream.ReadExactly(buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var total = (long)buffer.Length;
        for (int count; (count = checkedStream.Read(buffer)) > 0;)
        {
            total += count;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.Equal(Length, total);
    }

    [Fact]
    public async Task Cannot_end_well_with_other_content()
    {
        var cancel = TestContext.Current.CancellationToken;
        foreach (var other in new[] { Content[..^1], [.. Content, 0], [], [.. Content.Reverse()] })
        {
            using var read = new DigestCheckingStream(new MemoryStream(other), Read(Sha256));
            await Assert.ThrowsAsync<ContentDigestException>(() => read.CopyToAsync(Stream.Null, cancel));

            // Whoever swallows it and reads on does not find a good end.
            await Assert.ThrowsAsync<ContentDigestException>(() => read.ReadExactlyAsync(new byte[1], cancel).AsTask());
            Assert.Throws<ContentDigestException>(() => read.Read(new byte[1]));
        }

        // Not even where the rest, which is nothing, is what the digest says.
        using var empty = new DigestCheckingStream(new MemoryStream(Content), Read(ContentDigest.Of([])));
        Assert.Throws<ContentDigestException>(() => empty.CopyTo(Stream.Null));
        Assert.Throws<ContentDigestException>(() => empty.Read(new byte[1]));
    }

    [Fact]
    public void Can_read_to_the_end_in_small_pieces()
    {
        using var read = new DigestCheckingStream(new MemoryStream(Content), Read($"{Sha256}, {Sha512}"));
        Assert.Equal(0, read.Read([]));
        var got = new List<byte>();
        for (var piece = new byte[1]; read.Read(piece) > 0;)
        {
            got.Add(piece[0]);
        }

        Assert.Equal(Content, got);
        Assert.Equal(0, read.Read(new byte[1]));
    }

    private static ContentDigest Read(string field)
    {
        var (digest, why) = ContentDigest.Read(field);
        Assert.True(digest is not null, why);
        return digest;
    }

    private sealed class Pattern(long length) : MemoryStream
    {
        private long left = length;

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, left);
            buffer[..count].Fill((byte)left);
            left -= count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}
