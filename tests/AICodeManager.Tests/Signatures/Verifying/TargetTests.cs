using AICodeManager.Signatures.Verifying;
using static AICodeManager.Tests.Signatures.Verifying.Contract;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>Host and target: the host in one spelling, the target byte for byte.</summary>
public sealed class TargetTests
{
    private static readonly string[] Coverings =
    [
        $"(\"@method\" \"@target-uri\"){Parameters}", $"(\"@method\" \"@authority\" \"@path\" \"@query\"){Parameters}",
    ];

    public static TheoryData<string, string> Different => new()
    {
        { "/a%2Fb", "/a/b" }, { "/a%2fb", "/a%2Fb" }, { "/%7Ea", "/~a" }, { "/a/../b", "/b" }, { "/a/./b", "/a/b" }, { "/a//b", "/a/b" },
        { "/a/", "/a" }, { "/A", "/a" }, { "/a?x=1&y=2", "/a?y=2&x=1" }, { "/a?x=a+b", "/a?x=a%20b" }, { "/a?x=%7E", "/a?x=~" },
        { "/a?x=1", "/a?x=1&x=2" }, { "/a%3Fx=1", "/a?x=1" }, { "/a;x=1", "/a" }, { "/%61", "/a" }, { "/a%00", "/a" },
    };

    [Theory]
    [MemberData(nameof(Different))]
    public void Cannot_use_a_signature_for_another_target(string one, string other)
    {
        foreach (var covering in Coverings)
        {
            var signed = Sign(Get with { Target = one }, covering);
            Assert.Equal(SignatureFault.None, Judge(signed));
            Assert.Equal(SignatureFault.Signature, Judge(signed with { Target = other }));
            Assert.Equal(SignatureFault.Signature, Judge(Sign(Get with { Target = other }, covering) with { Target = one }));
        }
    }

    [Fact]
    public void Can_add_an_empty_query_only_where_the_whole_target_is_not_covered()
    {
        // RFC 9421 section 2.2.7 gives both the same value; whoever tells them apart covers the target whole.
        Assert.Equal(SignatureFault.Signature, Judge(Sign(Get with { Target = "/a" }, Coverings[0]) with { Target = "/a?" }));
        Assert.Equal(SignatureFault.None, Judge(Sign(Get with { Target = "/a" }, Coverings[1]) with { Target = "/a?" }));
    }

    [Theory]
    [InlineData("https://example.com/api/v1/tasks")] // absolute form: for proxies
    [InlineData("*")]
    [InlineData("example.com:443")]
    [InlineData("@evil.example/")]
    [InlineData(".evil.example/")]
    [InlineData("")]
    [InlineData("?x=1")]
    [InlineData("/a#b")]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a\nb")]
    [InlineData("/a\0")]
    [InlineData("/\u00e9")]
    [InlineData("/\u0141")]
    public void Cannot_sign_or_accept_what_is_no_path(string target)
    {
        foreach (var covering in Coverings)
        {
            Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get with { Target = target }, covering)));
        }

        Assert.Throws<ArgumentException>(() => Sign(Get with { Target = target }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET\n\"@path\": /")]
    [InlineData("GE T")]
    [InlineData("G\u00cbT")]
    public void Cannot_sign_or_accept_what_is_no_method(string method)
    {
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get with { Method = method }, Coverings[0])));
        Assert.Throws<ArgumentException>(() => Sign(Get with { Method = method }));
    }

    [Theory]
    [InlineData("ftp")]
    [InlineData("HTTPS")]
    [InlineData("https://evil.example/\n")]
    public void Cannot_sign_or_accept_another_scheme(string scheme) =>
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get with { Scheme = scheme }, Coverings[0])));

    [Theory]
    [InlineData("https", "example.com", "EXAMPLE.com")]
    [InlineData("https", "example.com", "example.com:443")]
    [InlineData("http", "example.com", "example.com:80")]
    [InlineData("https", "example.com:8443", "Example.Com:8443")]
    [InlineData("https", "[2001:db8::1]", "[2001:DB8::1]")]
    [InlineData("https", "[2001:db8::1]", "[2001:db8::1]:443")]
    [InlineData("http", "[::1]:8080", "[::1]:8080")]
    [InlineData("http", "127.0.0.1", "127.0.0.1:80")]
    [InlineData("http", "localhost:8080", "LOCALHOST:8080")]
    public void Can_name_one_host_in_two_ways(string scheme, string canonical, string other)
    {
        foreach (var covering in Coverings)
        {
            var signed = Sign(Get with { Scheme = scheme, Authority = other }, covering);
            Assert.Equal(SignatureFault.None, Judge(signed with { Authority = canonical }));
        }

        Assert.Equal(canonical, Bases.Line(Get with { Scheme = scheme, Authority = other }, "\"@authority\""));
        Assert.Equal($"{scheme}://{canonical}{Get.Target}", Bases.Line(Get with { Scheme = scheme, Authority = other }, "\"@target-uri\""));
    }

    [Theory]
    [InlineData("http", "example.com", "example.com:443")]
    [InlineData("https", "example.com", "example.com:80")]
    [InlineData("https", "example.com:443", "example.com:4430")]
    [InlineData("https", "example.com", "example.com:0443")]
    [InlineData("https", "example.com", "example.co")]
    [InlineData("https", "[::1]", "[::2]")]
    public void Cannot_name_another_host(string scheme, string one, string other)
    {
        foreach (var covering in Coverings)
        {
            Assert.Equal(SignatureFault.Signature, Judge(Sign(Get with { Scheme = scheme, Authority = one }, covering) with { Authority = other }));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(":443")]
    [InlineData("example.com:")]
    [InlineData("example.com:x")]
    [InlineData("example.com:443443")]
    [InlineData("example.com:4 43")]
    [InlineData("user@example.com")]
    [InlineData("example.com/evil")]
    [InlineData("example.com?")]
    [InlineData("example.com#")]
    [InlineData("example.com.")]
    [InlineData(".example.com")]
    [InlineData("a..example.com")]
    [InlineData("ex%61mple.com")]
    [InlineData("b\u00fccher.example")]
    [InlineData("\u212aelvin.example")] // lower case of the Kelvin sign is k
    [InlineData("exa mple.com")]
    [InlineData("example.com\n")]
    [InlineData("[]")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("[::1\u0660]")]
    [InlineData("fe80::1")]
    [InlineData("a,b")] // two Host fields folded into one
    public void Cannot_sign_or_accept_what_is_no_host(string authority)
    {
        foreach (var covering in Coverings)
        {
            Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get with { Authority = authority }, covering)));
        }

        Assert.Throws<ArgumentException>(() => Sign(Get with { Authority = authority }));
    }

    [Fact]
    public void Cannot_sign_a_very_long_host() =>
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get with { Authority = new string('a', 262) }, Coverings[0])));
}
