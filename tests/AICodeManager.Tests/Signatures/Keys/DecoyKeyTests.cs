using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Signatures.Keys;

public sealed class DecoyKeyTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    public void Can_do_a_check_for_every_length_of_signature(int length)
    {
        var decoy = DecoyKeys.For(length);
        Assert.NotNull(decoy);
        Assert.Same(decoy, DecoyKeys.For(length));
        Assert.Equal(length, decoy.SignatureLength);
        Assert.False(decoy.Verify("data"u8, Enumerable.Range(1, length).Select(n => (byte)(n % 200)).ToArray()));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(255)]
    [InlineData(513)]
    [InlineData(int.MaxValue)]
    public void Cannot_get_one_for_signatures_that_no_key_makes(int length) => Assert.Null(DecoyKeys.For(length));
}
