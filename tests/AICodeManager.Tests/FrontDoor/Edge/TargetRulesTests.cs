using AICodeManager.Server.FrontDoor.Edge;

namespace AICodeManager.Tests.FrontDoor.Edge;

public sealed class TargetRulesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/auth/me")]
    [InlineData("/api/v1/projects/1/files/src/.gitignore")]
    [InlineData("/api/v1/projects/1/files/a..b/...")]
    [InlineData("/api/v1/projects/1/files/%2Egitignore")]
    [InlineData("/api/v1/projects/1/files/%ED%95%9C%EA%B8%80%20%F0%9F%92%A9.txt")]
    [InlineData("/api/v1/projects/1/files/100%25")]
    [InlineData("/a//b;x=y/@!$&'()*+,=:~_-")]
    [InlineData("/a?")]
    [InlineData("/a?b=%2F..%5C&c=%0d%0a&d=[1]|{}\"<>^`")]
    [InlineData("/a?return_to=/../x")]
    public void What_is_clear_is_served(string target) => Assert.Null(TargetRules.Judge(target));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("a")]
    [InlineData("http://localhost/")]
    [InlineData("localhost:22")]
    [InlineData("/..")]
    [InlineData("/.")]
    [InlineData("/./a")]
    [InlineData("/a/../b")]
    [InlineData("/a/..")]
    [InlineData("/a/..?b")]
    [InlineData("/%2e%2e/etc/passwd")]
    [InlineData("/a/.%2E/b")]
    [InlineData("/a/%2e")]
    [InlineData("/a%2fb")]
    [InlineData("/a%2Fb")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/a%5cb")]
    [InlineData("/a\\b")]
    [InlineData("/a#b")]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a\u007f")]
    [InlineData("/a\0")]
    [InlineData("/a?b\\c")]
    [InlineData("/%")]
    [InlineData("/%2")]
    [InlineData("/%zz")]
    [InlineData("/%u0041")]
    [InlineData("/%00")]
    [InlineData("/%0d%0aX:y")]
    [InlineData("/%1b")]
    [InlineData("/%7f")]
    [InlineData("/%c0%ae%c0%ae/")] // overlong
    [InlineData("/%e0%80%af")]
    [InlineData("/%ed%a0%80")] // a surrogate
    [InlineData("/%f4%90%80%80")] // beyond Unicode
    [InlineData("/%ff%fe")]
    [InlineData("/%e2%82")]
    [InlineData("/%e2%82x")]
    [InlineData("/%e2%82%41")]
    [InlineData("/%e2%82/%ac")]
    [InlineData("/%80")]
    [InlineData("/a?b=%")]
    [InlineData("/a?b=100%&c=d")]
    [InlineData("/a?b=%00")]
    [InlineData("/a?b=%ed%a0%80")]
    [InlineData("/a?b=%c1%81")]
    public void What_two_readers_could_read_differently_is_refused(string target)
    {
        var refusal = TargetRules.Judge(target);
        Assert.Equal((400, "malformed_target"), (refusal?.Status, refusal?.Code));
    }

    [Fact]
    public void A_query_has_a_length_and_a_number_of_parameters()
    {
        Assert.Null(TargetRules.Judge($"/a?{new string('x', TargetRules.MaxQuery)}"));
        Assert.Equal("query_too_large", TargetRules.Judge($"/a?{new string('x', TargetRules.MaxQuery + 1)}")?.Code);
        Assert.Null(TargetRules.Judge($"/a?{string.Join('&', Enumerable.Repeat("a=1", TargetRules.MaxParameters))}"));
        Assert.Equal("query_too_large", TargetRules.Judge($"/a?{string.Join('&', Enumerable.Repeat("a=1", TargetRules.MaxParameters + 1))}")?.Code);
        Assert.Equal("query_too_large", TargetRules.Judge($"/a?{new string('&', TargetRules.MaxParameters)}")?.Code);
    }
}
