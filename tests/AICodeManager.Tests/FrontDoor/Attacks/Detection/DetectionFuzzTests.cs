using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

/// <summary>Whatever stands in a value: no exception, and no more work than the value is long.</summary>
public sealed class DetectionFuzzTests
{
    private static readonly string[] Pieces =
    [
        "'", "\"", "`", "(", ")", ",", ";", "--", "-- ", "#", "/*", "*/", "/*!50000", "\n", " ", "%27", "%", "\\", "@", "@@version", "::int", "1", "1.e",
        "0x1f", ".", "=", "<=>", "||", "&&", "!", "~", "or", "and", "not", "like", "in", "between", "is null", "select", "union all", "from", "where", "case",
        "when", "then", "order by", "group by", "into outfile", "sleep", "char", "if", "exec", "drop table", "insert into", "values", "waitfor delay", "x",
        "users", "한글", "＇", "\uFFFD", "\uD83D", "\0", "{", "}", "[", "]", "->", "@>", "+", "*", "procedure analyse",
    ];

    [Fact]
    public void Random_pieces_of_sql_throw_nothing()
    {
        var random = new Random(20260);
        var found = new Finding[5];
        for (var i = 0; i < 20_000; i++)
        {
            var value = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)] + (random.Next(3) == 0 ? " " : "")));
            Array.Clear(found);
            ValueScanner.Scan(value, FieldKind.Text, found);
        }
    }

    [Fact]
    public void Random_characters_throw_nothing()
    {
        var random = new Random(20261);
        var found = new Finding[5];
        var value = new char[600];
        for (var i = 0; i < 5_000; i++)
        {
            var length = random.Next(value.Length);
            for (var at = 0; at < length; at++)
                value[at] = (char)(random.Next(4) == 0 ? random.Next(0x10000) : random.Next(0x7F));
            ValueScanner.Scan(value.AsSpan(0, length), FieldKind.Text, found);
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("'")]
    [InlineData("<")]
    [InlineData("(")]
    [InlineData("/*")]
    [InlineData("-")]
    [InlineData(";")]
    [InlineData("%27")]
    [InlineData("1 or ")]
    [InlineData("--a\n")]
    [InlineData("#\n")]
    [InlineData("'or(")]
    [InlineData("select (")]
    [InlineData("char(1)+")]
    [InlineData("1.e")]
    public void A_megabyte_is_cut_to_a_window_and_that_into_as_many_tokens_at_most(string piece)
    {
        var value = string.Concat(Enumerable.Repeat(piece, (1 << 20) / piece.Length));
        var folded = Fold.Into(value, new char[Fold.Room(value)]);
        Assert.True(folded.Length <= Fold.Most);
        foreach (var quote in "\0'\"`")
        {
            var tokenizer = new SqlTokenizer(folded, quote);
            var (tokens, behind) = (0, -1);
            for (var token = tokenizer.Next(); token.Kind != SqlKind.End; token = tokenizer.Next(), tokens++)
            {
                Assert.True(token.At + token.Length > behind || token.Length == 0);
                behind = token.At;
            }

            Assert.InRange(tokens, 0, folded.Length);
        }

        ValueScanner.Scan(value, FieldKind.Text, new Finding[5]);
    }
}
