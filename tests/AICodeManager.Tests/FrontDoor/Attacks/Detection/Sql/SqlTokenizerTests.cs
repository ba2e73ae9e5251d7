using AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection.Sql;

public sealed class SqlTokenizerTests
{
    [Theory]
    [InlineData("1 or a.b >= 'x''y'", "Number Logic Name Dot Name Compare String")]
    [InlineData("select/**/1", "Word Number")]
    [InlineData("/*!50000union*/ select", "Word Word")]
    [InlineData("1 -- rest of it", "Number Comment")]
    [InlineData("1--x", "Number Dashes Name")]
    [InlineData("1--x\nor", "Number Logic")]
    [InlineData("1#x\nor 2", "Number Logic Number")]
    [InlineData("1 # x", "Number Comment")]
    [InlineData("1 /* never ends", "Number Comment")]
    [InlineData("substr 1.e(1.e)", "Function Open Close")]
    [InlineData("1e3 0xfF .5 1.", "Number Number Number Number")]
    [InlineData("'it\\'s' 'open", "String OpenString")]
    [InlineData("a::int||@b->@@c", "Name Cast Name Logic Variable Operator Variable")]
    [InlineData("a ~ b !~ ~1", "Name Compare Name Compare Operator Number")]
    [InlineData("[a] <> {b}", "Name Compare Other Name Other")]
    [InlineData("이름 or 값", "Name Logic Name")]
    public void Cuts_what_stands_bare(string text, string kinds) => Assert.Equal(kinds, Kinds(text, '\0'));

    [Theory]
    [InlineData("abc' or 1", '\'', "String Logic Number")]
    [InlineData("it''s' or 1", '\'', "String Logic Number")]
    [InlineData("abc\\' or 1", '\'', "String Logic Number")]
    [InlineData("abc", '\'', "OpenString")]
    [InlineData("x\" or \"y", '"', "String Logic OpenString")]
    public void Begins_inside_a_quoted_text_where_told_so(string text, char quote, string kinds) => Assert.Equal(kinds, Kinds(text, quote));

    private static string Kinds(string text, char quote)
    {
        var tokenizer = new SqlTokenizer(text, quote);
        var kinds = new List<SqlKind>();
        for (var token = tokenizer.Next(); token.Kind != SqlKind.End; token = tokenizer.Next())
            kinds.Add(token.Kind);
        return string.Join(' ', kinds);
    }
}
