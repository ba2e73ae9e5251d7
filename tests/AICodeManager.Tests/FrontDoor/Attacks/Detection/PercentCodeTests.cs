using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

public sealed class PercentCodeTests
{
    [Theory]
    [InlineData("%27%20or%201=1", "' or 1=1")]
    [InlineData("100% of %zz and %2", "100% of %zz and %2")]
    [InlineData("%EA%B0%80%EB%82%98", "가나")]
    [InlineData("%F0%9F%98%80!", "😀!")]
    [InlineData("%C3x%28", "\uFFFDx(")]
    [InlineData("%EF%BC%87", "＇")]
    [InlineData("%2527", "%27")]
    [InlineData("%", "%")]
    [InlineData("", "")]
    public void Undoes_one_layer(string text, string decoded)
    {
        var into = new char[text.Length];
        Assert.Equal(decoded, into.AsSpan(0, PercentCode.Decode(text, into)).ToString());
    }
}
