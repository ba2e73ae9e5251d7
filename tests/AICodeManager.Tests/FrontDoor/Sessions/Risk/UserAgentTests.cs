using AICodeManager.Server.FrontDoor.Sessions.Risk;

namespace AICodeManager.Tests.FrontDoor.Sessions.Risk;

public sealed class UserAgentTests
{
    private const string Webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";

    public static TheoryData<string, int?, string> Facts() => [.. UserAgentFacts.All.Select(fact => (fact.Family, fact.Major, fact.Header))];

    [Theory]
    [MemberData(nameof(Facts))]
    public void Reads_a_header_as_others_read_it(string family, int? major, string header)
    {
        var read = UserAgent.Parse(header);

        Assert.Equal(WithoutMobile(family), read.Family, ignoreCase: true);
        Assert.Equal(major, read.Major);
    }

    [Fact]
    public void Differs_from_others_only_where_it_is_known_to()
    {
        Assert.InRange(UserAgentFacts.All.Count(), 100, 110);
        Assert.All(UserAgentFacts.ReadDifferently, fact =>
            Assert.NotEqual((WithoutMobile(fact.Family), fact.Major), (UserAgent.Parse(fact.Header).Family, UserAgent.Parse(fact.Header).Major)));
    }

    [Theory]
    [InlineData("Chrome", 149, $"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {Webkit} Chrome/149.0.0.0 Safari/537.36")]
    [InlineData("Chrome", 149, $"Mozilla/5.0 (Linux; Android 10; K) {Webkit} Chrome/149.0.0.0 Mobile Safari/537.36")]
    [InlineData("Chrome iOS", 149, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/149.0.7100.10 Mobile/15E148 Safari/604.1")]
    [InlineData("Edge", 148, $"Mozilla/5.0 (Linux; Android 10; K) {Webkit} Chrome/148.0.0.0 Mobile Safari/537.36 EdgA/148.0.0.0")]
    [InlineData("Edge", 148, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 EdgiOS/148.0.3.1 Mobile/15E148 Safari/604.1")]
    [InlineData("Opera", 120, $"Mozilla/5.0 (X11; Linux x86_64) {Webkit} Chrome/146.0.0.0 Safari/537.36 OPR/120.0.0.0")]
    [InlineData("Samsung Internet", 28, $"Mozilla/5.0 (Linux; Android 10; K) {Webkit} SamsungBrowser/28.0 Chrome/140.0.0.0 Mobile Safari/537.36")]
    [InlineData("DuckDuckGo", 18, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15 Ddg/18.5")]
    [InlineData("Firefox", 140, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    [InlineData("Safari", 18, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15")]
    [InlineData("WeChat", 8, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.60(0x18003c2f) NetType/WIFI Language/zh_CN")]
    [InlineData("bingbot", 2, $"Mozilla/5.0 {Webkit}; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/136.0.0.0 Safari/537.36")]
    [InlineData("aicli", 1, "aicli/1.2.3")]
    [InlineData("aicli", 1, "aicli/1.2.3 (linux; x64) .NET/10.0.1")]
    [InlineData("node", null, "node")]
    [InlineData("mirall", 2, "Mozilla/5.0 (Linux) mirall/2.3.2 (Nextcloud)")]
    [InlineData("Other", null, "Mozilla/5.0")]
    public void Tells_the_programs_of_today_apart(string family, int? major, string header) =>
        Assert.Equal((family, major), (UserAgent.Parse(header).Family, UserAgent.Parse(header).Major));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t ")]
    public void A_header_that_is_missing_or_blank_names_nothing(string? header) => Assert.True(UserAgent.Parse(header).IsAbsent);

    [Theory]
    [InlineData("Chrome/99999999999999999999")]
    [InlineData("Chrome/-1")]
    [InlineData("Chrome/")]
    [InlineData("/")]
    [InlineData("///;;;((()))[[]]")]
    [InlineData("Mozilla/5.0 (((((((((((((((")]
    [InlineData("Mozilla/5.0 )))))) Chrome")]
    [InlineData(" OS 9 Android 8 MSIE 7")]
    [InlineData("\uD800\uDFFF/\0\u0001")]
    [InlineData("Opera Mini")]
    [InlineData("bot/")]
    public void Rubbish_is_read_as_something(string header) => Assert.InRange(UserAgent.Parse(header).Family.Length, 1, 64);

    [Fact]
    public void Only_the_first_512_characters_count()
    {
        var start = "Mozilla/5.0 (" + new string('x', 498);
        Assert.Equal("Other", UserAgent.Parse(start + ") Firefox/140.0").Family);
        Assert.Equal(64, UserAgent.Parse(new string('a', 1 << 20)).Family.Length);
    }

    private static string WithoutMobile(string family) =>
        string.Join(' ', family.Split(' ').Where(word => word != "Mobile"));
}
