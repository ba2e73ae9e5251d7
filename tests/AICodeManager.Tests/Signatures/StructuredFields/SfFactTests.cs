using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Tests.Signatures.StructuredFields;

/// <summary>
/// What a fresh clone can show without the vectors: facts of RFC 9651 as httpwg/structured-field-tests states them (Copyright
/// (c) 2018- IETF Trust and the persons identified as authors of the code; Revised BSD licence), a few of each of its files,
/// and what this project adds: limits, and knowing that a key came twice.
/// </summary>
public sealed class SfFactTests
{
    [Theory]
    [InlineData("item", " 42 ", "42")]
    [InlineData("item", "-042", "-42")]
    [InlineData("item", "-0", "0")]
    [InlineData("item", "-0.0", "0.0")]
    [InlineData("item", "1.200", "1.2")]
    [InlineData("item", "123456789012.123", "123456789012.123")]
    [InlineData("item", "-999999999999999", "-999999999999999")]
    [InlineData("item", "\"b\\\"a\\\\r\"", "\"b\\\"a\\\\r\"")]
    [InlineData("item", "\"\"", "\"\"")]
    [InlineData("item", "*foo123/456:%", "*foo123/456:%")]
    [InlineData("item", ":aGVsbG8=:", ":aGVsbG8=:")]
    [InlineData("item", "::", "::")]
    [InlineData("item", "?0", "?0")]
    [InlineData("item", "@-62135596800", "@-62135596800")]
    [InlineData("item", "%\"f%c3%bc%c3%bc\"", "%\"f%c3%bc%c3%bc\"")]
    [InlineData("item", "%\"%61%22%25\"", "%\"a%22%25\"")]
    [InlineData("item", "1; a; b=?0; a=2", "1;a=2;b=?0")]
    [InlineData("list", "", "")]
    [InlineData("list", "  1 ,\t42", "1, 42")]
    [InlineData("list", "( \"foo\";a=1  b );lvl=5, ()", "(\"foo\";a=1 b);lvl=5, ()")]
    [InlineData("list", "1\t", "1")]
    [InlineData("dictionary", "a=1,b=2,a=3", "a=3, b=2")]
    [InlineData("dictionary", "a=?1, b;foo=9, c=?0, d=(1 2);v", "a, b;foo=9, c=?0, d=(1 2);v")]
    [InlineData("dictionary", "*a.b_c-1=*", "*a.b_c-1=*")]
    public void Can_read_a_field_and_write_it_in_its_one_form(string kind, string text, string canonical) =>
        Assert.Equal(canonical, Read(kind, text)?.ToString());

    [Theory]
    [InlineData("item", "")]
    [InlineData("item", "\t1")]
    [InlineData("item", "1 2")]
    [InlineData("item", "2,3")]
    [InlineData("item", "--0")]
    [InlineData("item", "- 42")]
    [InlineData("item", "1.")]
    [InlineData("item", ".5")]
    [InlineData("item", "1.5.4")]
    [InlineData("item", "1.1234")]
    [InlineData("item", "1234567890123.0")]
    [InlineData("item", "1234567890123456")]
    [InlineData("item", "\"foo")]
    [InlineData("item", "\"foo\\")]
    [InlineData("item", "\"\\,\"")]
    [InlineData("item", "\"\t\"")]
    [InlineData("item", "\"f\u00fc\"")]
    [InlineData("item", "'foo'")]
    [InlineData("item", ":aGVsbG8:")]
    [InlineData("item", ":aGVsbG8=")]
    [InlineData("item", ":a=GVsbG8=:")]
    [InlineData("item", ":aGVsbG9=:")]
    [InlineData("item", ":aGVsbG8= :")]
    [InlineData("item", ":_-Ah:")]
    [InlineData("item", ":A===:")]
    [InlineData("item", ":==:")]
    [InlineData("item", "?T")]
    [InlineData("item", "?")]
    [InlineData("item", "@1.5")]
    [InlineData("item", "@")]
    [InlineData("item", "@@1")]
    [InlineData("item", "%\"%C3%BC\"")]
    [InlineData("item", "%\"%c3\"")]
    [InlineData("item", "%\"%c3%28\"")]
    [InlineData("item", "%\"%c0%80\"")]
    [InlineData("item", "%\"%ed%a0%80\"")]
    [InlineData("item", "%\"%f4%90%80%80\"")]
    [InlineData("item", "%\"%6\"")]
    [InlineData("item", "%\"\u00fc\"")]
    [InlineData("item", "% \"a\"")]
    [InlineData("item", "1;")]
    [InlineData("item", "1;A=1")]
    [InlineData("item", "1;a= 1")]
    [InlineData("item", "1;a =1")]
    [InlineData("item", "1;a=(1)")]
    [InlineData("item", "(1)")]
    [InlineData("list", "1, 42,")]
    [InlineData("list", "1,,42")]
    [InlineData("list", ",1")]
    [InlineData("list", "(1 2")]
    [InlineData("list", "(1\"a\")")]
    [InlineData("list", "(1\t2)")]
    [InlineData("list", "(1,2)")]
    [InlineData("list", "((1))")]
    [InlineData("list", "(1))")]
    [InlineData("list", "1 ;a")]
    [InlineData("dictionary", "a=1,1b=2")]
    [InlineData("dictionary", "a=1, B=2")]
    [InlineData("dictionary", "a =1")]
    [InlineData("dictionary", "a= 1")]
    [InlineData("dictionary", "a=1 b=2")]
    [InlineData("dictionary", "a=1,")]
    [InlineData("dictionary", "a==1")]
    [InlineData("dictionary", "=1")]
    public void Cannot_read_what_is_no_field(string kind, string text)
    {
        Assert.Null(Read(kind, text));
        Assert.False(SfWalk.Whole(kind, text));
    }

    [Fact]
    public void Can_join_the_lines_of_a_field()
    {
        Assert.True(SfParser.TryDictionary(["a=1", "b=(x", "y)"], SfLimits.Default, out _, out var fault) is false && fault is not null);
        Assert.True(SfParser.TryDictionary(["a=1", "b=2;c", "a=3"], SfLimits.Default, out var dictionary, out _));
        Assert.Equal("a=3, b=2;c", dictionary.ToString());
        Assert.True(dictionary.HadDuplicates);
        Assert.True(SfParser.TryList([], SfLimits.Default, out var none, out _));
        Assert.Empty(none);
        Assert.False(SfParser.TryList(["1", "", "2"], SfLimits.Default, out _, out _));
        Assert.False(SfParser.TryItem([], SfLimits.Default, out _, out _));
    }

    [Fact]
    public void Can_tell_that_a_key_came_twice()
    {
        Assert.True(SfParser.TryDictionary("sig1=1;a;b;a=2, sig2=2", out var once, out _));
        Assert.False(once.HadDuplicates);
        Assert.True(once.TryGet("sig1", out var member));
        Assert.True(member.Parameters.HadDuplicates);
        Assert.Equal(["a", "b"], member.Parameters.Select(p => p.Key));
        Assert.True(SfParser.TryDictionary("sig1=1, sig2=2, sig1=1", out var twice, out _));
        Assert.True(twice.HadDuplicates);
    }

    [Fact]
    public void Cannot_read_more_than_the_limits_say()
    {
        var limits = new SfLimits { Characters = 20, Members = 2, InnerItems = 2, Parameters = 2 };
        Assert.True(SfParser.TryList(["1;a;b, (1 2);a;b"], limits, out _, out _));
        Refused(SfParser.TryList(["1, 2, 3"], limits, out _, out var members), members, "more than 2 members are not read (at character 7)");
        Refused(SfParser.TryDictionary(["a, a, a"], limits, out _, out members), members, "more than 2 members are not read (at character 7)");
        Refused(SfParser.TryList(["(1 2 3)"], limits, out _, out var inner), inner, "more than 2 items of an inner list are not read (at character 6)");
        Refused(SfParser.TryItem(["1;a;a;a"], limits, out _, out var many), many, "more than 2 parameters are not read (at character 8)");
        Refused(SfParser.TryItem(["\"8901234567", "901234567\""], limits, out _, out var longer), longer, "a field of more than 20 characters is not read");
    }

    [Fact]
    public void Can_write_every_kind_of_value()
    {
        var item = new SfItem(SfBare.OfToken("t"), new SfParameters(
        [
            new("i", SfBare.OfInteger(-5)), new("d", SfBare.OfDecimal(0.0025m)), new("e", SfBare.OfDecimal(-9.9995m)),
            new("s", SfBare.OfString("a\"\\")), new("b", SfBare.OfBytes([1, 2])), new("y", SfBare.OfBoolean(true)), new("n", SfBare.OfBoolean(false)),
            new("at", SfBare.OfDate(DateTimeOffset.UnixEpoch.AddSeconds(90.5))), new("u", SfBare.OfDisplayString("\u00fc%\U0001F30D")),
        ]));
        const string Written = """t;i=-5;d=0.002;e=-10.0;s="a\"\\";b=:AQI=:;y;n=?0;at=@90;u=%"%c3%bc%25%f0%9f%8c%8d" """;
        Assert.Equal(Written.TrimEnd(), item.ToString());
        Assert.True(SfParser.TryItem(item.ToString(), out var again, out _));
        Assert.Equal(item, again);
    }

    [Fact]
    public void Cannot_make_a_value_that_no_field_can_hold()
    {
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfInteger(1_000_000_000_000_000));
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfInteger(long.MinValue));
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfDecimal(999_999_999_999.9995m));
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfDecimal(decimal.MinValue));
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfDate(-1_000_000_000_000_000));
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfString("a\nb"));
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfToken(""));
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfToken("1a"));
        Assert.ThrowsAny<ArgumentException>(() => SfBare.OfDisplayString("a\ud800"));
        Assert.ThrowsAny<ArgumentException>(() => new SfParameters([new("A", default)]));
        Assert.ThrowsAny<ArgumentException>(() => new SfParameters([new("a", default), new("a", default)]));
        Assert.ThrowsAny<ArgumentException>(() => new SfDictionary([new("", new SfItem(default))]));
    }

    private static object? Read(string kind, string text)
    {
        switch (kind)
        {
            case "item":
                SfParser.TryItem(text, out var item, out _);
                return item;
            case "list":
                SfParser.TryList(text, out var list, out _);
                return list;
            default:
                SfParser.TryDictionary(text, out var dictionary, out _);
                return dictionary;
        }
    }

    private static void Refused(bool accepted, string? fault, string expected)
    {
        Assert.False(accepted);
        Assert.Equal(expected, fault);
    }
}
