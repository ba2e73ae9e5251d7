using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

public sealed class FoldTests
{
    [Theory]
    [InlineData("Ｏ＇Ｂｒｉｅｎ", "O'Brien")]
    [InlineData("1＇ OR ＂a＂＝＂a", "1' OR \"a\"=\"a")]
    [InlineData("\u2018a\u2019 \u201Cb\u201D \u2032c\u2033", "'a' \"b\" 'c\"")]
    [InlineData("a\tb\vc\fd\u00A0e\u3000f", "a b c d e f")]
    [InlineData("a\r\nb\u2028c", "a\n\nb\nc")]
    [InlineData("se\u200Ble\u0000ct\u00AD\uFEFF", "select")]
    [InlineData("1\uFFFDOR", "1 OR")]
    public void Writes_every_spelling_of_a_sign_as_one(string value, string folded) => Assert.Equal(folded, Folded(value));

    [Theory]
    [InlineData("프로젝트 이름: 결제 서버 〈초안〉")]
    [InlineData("日本語の題名・計画書")]
    [InlineData("Müller & Søn, Ça va?")]
    [InlineData("שלום עולם")]
    [InlineData("👩‍💻 emoji", "👩💻 emoji")]
    public void Leaves_letters_of_any_script_as_they_are(string value, string? folded = null) => Assert.Equal(folded ?? value, Folded(value));

    [Fact]
    public void Gives_plain_text_back_without_copying_it()
    {
        const string Plain = "Nothing here needs folding (really).";
        Assert.True(Fold.Into(Plain, default).Overlaps(Plain));
    }

    [Fact]
    public void Keeps_the_beginning_and_the_end_of_a_long_value()
    {
        var value = "HEAD" + new string('x', 1 << 20) + "TAIL";
        var folded = Folded(value);
        Assert.Equal(Fold.Most, folded.Length);
        Assert.StartsWith("HEAD", folded, StringComparison.Ordinal);
        Assert.EndsWith("TAIL", folded, StringComparison.Ordinal);
        Assert.Equal(Fold.Most, Fold.Room(value));
    }

    private static string Folded(string value) => Fold.Into(value, new char[Fold.Room(value)]).ToString();
}
