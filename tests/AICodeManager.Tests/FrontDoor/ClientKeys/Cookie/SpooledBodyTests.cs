using System.Security.Cryptography;
using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Cookie;

public sealed class SpooledBodyTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, false)]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    [InlineData(1_000_000, true)]
    public async Task A_body_comes_back_whole_with_its_digest(int length, bool onDisk)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        await using var body = await SpooledBody.ReadAsync(new MemoryStream(bytes), 1_000_000, Cancel);
        using var read = new MemoryStream();
        await body!.Content.CopyToAsync(read, Cancel);
        Assert.Equal(bytes, read.ToArray());
        Assert.Equal((length, onDisk, $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:"), ((int)body.Length, body.OnDisk, body.Digest));
        // The file of a large one has no name any more: nobody can open it, and nothing is left behind.
        if (body.Content is FileStream file)
            Assert.False(File.Exists(file.Name));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_none() =>
        Assert.Null(await SpooledBody.ReadAsync(new MemoryStream(new byte[100_001]), 100_000, Cancel));
}
