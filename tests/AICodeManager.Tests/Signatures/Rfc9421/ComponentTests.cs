namespace AICodeManager.Tests.Signatures.Rfc9421;

/// <summary>The examples of RFC 9421 section 2, one line of the signature base each; those of responses and trailers are left out.</summary>
public sealed class ComponentTests
{
    private static readonly WireRequest Request = new("POST", "/path?param=value", "www.example.com");

    [Theory]
    [InlineData("\"@method\"", "POST")] // 2.2.1
    [InlineData("\"@target-uri\"", "https://www.example.com/path?param=value")] // 2.2.2
    [InlineData("\"@authority\"", "www.example.com")] // 2.2.3
    [InlineData("\"@scheme\"", "https")] // 2.2.4
    [InlineData("\"@request-target\"", "/path?param=value")] // 2.2.5
    [InlineData("\"@path\"", "/path")] // 2.2.6
    [InlineData("\"@query\"", "?param=value")] // 2.2.7
    public void Can_derive_a_component(string identifier, string value) => Assert.Equal(value, Bases.Line(Request, identifier));

    [Theory]
    [InlineData("/path?param=value&foo=bar&baz=bat%2Dman", "?param=value&foo=bar&baz=bat%2Dman")]
    [InlineData("/path?queryString", "?queryString")]
    [InlineData("/path?", "?")]
    [InlineData("/path", "?")]
    public void Can_derive_a_query(string target, string query) => Assert.Equal(query, Bases.Line(Request with { Target = target }, "\"@query\""));

    [Theory]
    [InlineData("/path?param=value&foo=bar&baz=batman&qux=", "baz", "batman")]
    [InlineData("/path?param=value&foo=bar&baz=batman&qux=", "qux", "")]
    [InlineData("/path?param=value&foo=bar&baz=batman&qux=", "param", "value")]
    [InlineData("/p?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something", "var", "this%20is%20a%20big%0Amultiline%20value")]
    [InlineData("/p?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something", "bar", "with%20plus%20whitespace")]
    [InlineData("/p?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something", "fa%C3%A7ade%22%3A%20", "something")]
    public void Can_derive_a_query_parameter(string target, string name, string value) =>
        Assert.Equal(value, Bases.Line(Request with { Target = target }, $"\"@query-param\";name=\"{name}\"")); // 2.2.8

    [Theory]
    [InlineData("/p?a=1&a=2", "a")]
    [InlineData("/p?a=1&%61=2", "a")] // the same name in another spelling
    [InlineData("/p?b=1", "a")]
    [InlineData("/p", "a")]
    [InlineData("/p?&", "")]
    [InlineData("/p?%FF=1", "%EF%BF%BD")] // what is no UTF-8 is not taken for the replacement character
    public void Cannot_derive_a_query_parameter_that_is_not_there_once(string target, string name) =>
        Assert.Null(Bases.Line(Request with { Target = target }, $"\"@query-param\";name=\"{name}\""));

    [Fact]
    public void Cannot_take_one_query_parameter_for_another()
    {
        string[] values = ["%FF", "%25FF", "%FE", "%ef%bf%bd", "%zz", "a%2Bb", "a+b", "%", "%2", "%25", "ab", "AB"];
        var told = values.Select(v => Bases.Line(Request with { Target = $"/p?a={v}" }, "\"@query-param\";name=\"a\"")).ToList();
        // An escape that is broken stands for itself, as a form's reader takes it: % and %25 are the same value.
        Assert.Equal(values.Length - 1, told.Distinct().Count());
    }

    [Fact]
    public void Can_combine_fields() // 2.1
    {
        var request = Request.With("date", "Tue, 20 Apr 2021 02:07:56 GMT").With("x-ows-header", "  Leading and trailing whitespace.  ")
            .With("cache-control", "max-age=60").With("cache-control", "   must-revalidate")
            .With("example-dict", " a=1,    b=2;x=1;y=2,   c=(a   b   c)").With("x-empty-header", "");
        Assert.Equal("Tue, 20 Apr 2021 02:07:56 GMT", Bases.Line(request, "\"date\""));
        Assert.Equal("Leading and trailing whitespace.", Bases.Line(request, "\"x-ows-header\""));
        Assert.Equal("max-age=60, must-revalidate", Bases.Line(request, "\"cache-control\""));
        Assert.Equal("a=1,    b=2;x=1;y=2,   c=(a   b   c)", Bases.Line(request, "\"example-dict\""));
        Assert.Equal("", Bases.Line(request, "\"x-empty-header\""));
        Assert.Null(Bases.Line(request, "\"x-absent\""));
    }

    [Theory]
    [InlineData("a", "1")]
    [InlineData("d", "?1")]
    [InlineData("b", "2;x=1;y=2")]
    [InlineData("c", "(a b c)")]
    [InlineData("e", null)]
    public void Can_derive_a_member(string key, string? value) // 2.1.2
    {
        var whole = Request.With("example-dict", "  a=1, b=2;x=1;y=2, c=(a   b    c), d");
        var split = Request.With("example-dict", "a=1, b=2;x=1;y=2").With("example-dict", "c=(a   b    c), d");
        Assert.Equal(value, Bases.Line(whole, $"\"example-dict\";key=\"{key}\""));
        Assert.Equal(value, Bases.Line(split, $"\"example-dict\";key=\"{key}\""));
    }

    [Theory]
    [InlineData("a=1, b=2, a=3")] // the last, says RFC 9651; the first, says many a reader
    [InlineData("a=1, a")]
    [InlineData("a=1,")]
    [InlineData("a=1 b")]
    [InlineData("a=(1")]
    [InlineData("a=é")]
    [InlineData("A=1, a=1")]
    public void Cannot_derive_a_member_that_is_told_in_two_ways_or_none(string field) =>
        Assert.Null(Bases.Line(Request.With("example-dict", field), "\"example-dict\";key=\"a\""));

    [Fact]
    public void Can_cover_lines_as_bytes() // 2.1.3
    {
        var two = Request.With("example-header", "value, with, lots").With("example-header", "of, commas");
        var one = Request.With("example-header", "value, with, lots, of, commas");
        Assert.Equal(Bases.Line(two, "\"example-header\""), Bases.Line(one, "\"example-header\""));
        Assert.Equal(":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:", Bases.Line(two, "\"example-header\";bs"));
        Assert.Equal(":dmFsdWUsIHdpdGgsIGxvdHMsIG9mLCBjb21tYXM=:", Bases.Line(one, "\"example-header\";bs"));
        Assert.Equal("::", Bases.Line(Request.With("example-header", ""), "\"example-header\";bs"));
    }

    [Theory]
    [InlineData("h\u00e9")]
    [InlineData("h\u0141")] // not two texts with one question mark
    [InlineData("h\u0000")]
    [InlineData("h\r\n\"@method\": GET")]
    [InlineData("h\u007f")]
    public void Cannot_cover_what_readers_decode_differently(string value)
    {
        Assert.Null(Bases.Line(Request.With("example-header", value), "\"example-header\""));
        Assert.Null(Bases.Line(Request.With("example-header", value), "\"example-header\";bs"));
    }
}
