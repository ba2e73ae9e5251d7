using AICodeManager.Cli.Output;

namespace AICodeManager.Tests.Cli;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain \ud55c\uae00 \ud83d\udc69\u200d\ud83d\udcbb\n\tok", "plain \ud55c\uae00 \ud83d\udc69\u200d\ud83d\udcbb\n\tok")]
    [InlineData("\u001b[1;31mred\u001b[0m \u009b2Jgone", "red gone")]
    [InlineData("10%\r20%\r\ndone", "10%\n20%\ndone")]
    [InlineData("\u001b]0;title\u0007", "\\u{1b}]0;title\\u{7}")]
    [InlineData("\u001b[31", "\\u{1b}[31")]
    [InlineData("a\bb\0c\u007fd\u0085e", "a\\u{8}b\\u{0}c\\u{7f}d\\u{85}e")]
    [InlineData("\u202eabc\u2066\u200b\ufeff\u2028", "\\u{202e}abc\\u{2066}\\u{200b}\\u{feff}\\u{2028}")]
    public void Can_clean_text_for_reading(string hostile, string clean) => Assert.Equal(clean, TerminalText.Block(hostile));

    [Fact]
    public void Can_keep_a_name_on_one_line() => Assert.Equal("a\\nb\\tc\\u{1b}[2Jd", TerminalText.Line("a\nb\tc\u001b[2Jd"));

    [Fact]
    public void Cannot_let_any_control_character_pass_in_any_form()
    {
        var all = string.Concat(Enumerable.Range(0, 0x10000).Where(unit => !char.IsSurrogate((char)unit)).Select(unit => (char)unit))
            + char.ConvertFromUtf32(0xE0041);
        foreach (var clean in new[] { TerminalText.Block(all), TerminalText.Exact(all), TerminalText.Line(all) })
            Assert.DoesNotContain(clean.EnumerateRunes(), rune => rune.Value is not ('\n' or '\t') && System.Text.Rune.IsControl(rune));
        Assert.DoesNotContain('\n', TerminalText.Line(all));
        Assert.DoesNotContain(char.ConvertFromUtf32(0xE0041), TerminalText.Exact(all));
    }

    [Fact]
    public void Can_take_half_a_character()
    {
        var half = "a\ud83d";
        Assert.Equal(2, TerminalText.Block(half).Length);
        Assert.Equal("a\\u{1b}\ud83d".Length, TerminalText.Block("a\u001b\ud83d").Length);
    }

    [Theory]
    [InlineData("abc", 5, 10, "abc")]
    [InlineData("a\nb\nc\nd", 2, 100, "a\nb … (2 more lines, 4 characters left out)")]
    [InlineData("abcdef", 5, 3, "abc … (3 more characters left out)")]
    [InlineData("ab\ud83d\ude00cd", 5, 3, "ab … (4 more characters left out)")]
    [InlineData("a\nb\n", 2, 100, "a\nb")]
    [InlineData("", 2, 100, "")]
    public void Can_shorten_and_say_how_much_is_missing(string text, int lines, int characters, string shown) =>
        Assert.Equal(shown, Excerpt.Of(text, lines, characters).ToString());
}
