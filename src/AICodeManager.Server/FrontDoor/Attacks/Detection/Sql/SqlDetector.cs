using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>
/// Finds SQL that breaks out of the place a value is put into. The value is cut into tokens as it stands, and again as if it
/// began inside each kind of quote that it holds; on every token stand rules, each of which asks for a shape that SQL has and
/// prose has not. The rules are written from the grammar; what they call a sign is in their own files.
/// </summary>
internal static class SqlDetector
{
    private const int OnStack = 128;

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        if (!SqlFilter.Concerns(folded))
            return default;

        var best = InEveryContext(folded);
        if (best.Score >= Finding.Strong)
            return best;
        if (folded.Contains("/*", StringComparison.Ordinal))
            best = Heavier(best, InAnotherSpelling(folded, SqlSpelling.WithoutComments));
        if (best.Score < Finding.Strong && folded.Contains('+') && !folded.Contains(' '))
            best = Heavier(best, InAnotherSpelling(folded, SqlSpelling.WithBlanksForPluses));
        return best;
    }

    private static Finding InAnotherSpelling(ReadOnlySpan<char> folded, SqlSpelling.Rewriter rewrite)
    {
        using var room = new Pooled(folded.Length, stackalloc char[256]);
        return InEveryContext(room.Span[..rewrite(folded, room.Span)]);
    }

    private static Finding InEveryContext(ReadOnlySpan<char> text)
    {
        var rented = text.Length >= OnStack ? ArrayPool<SqlToken>.Shared.Rent(text.Length + 1) : null;
        try
        {
            Span<SqlToken> tokens = rented ?? stackalloc SqlToken[OnStack];
            var best = InContext(text, '\0', tokens);
            foreach (var quote in "'\"`")
            {
                if (best.Score < Finding.Strong && text.Contains(quote))
                    best = Heavier(best, InContext(text, quote, tokens));
            }

            return best;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<SqlToken>.Shared.Return(rented);
        }
    }

    private static Finding InContext(ReadOnlySpan<char> text, char quote, Span<SqlToken> room)
    {
        var tokenizer = new SqlTokenizer(text, quote);
        var count = 0;
        for (var token = tokenizer.Next(); token.Kind != SqlKind.End; token = tokenizer.Next())
            room[count++] = token;
        if (quote != '\0' && count < 2)
            return default;

        var view = new SqlView(text, room[..count], quote);
        var best = default(Finding);
        for (var at = 0; at < count && best.Score < Finding.Strong; at++)
            best = Heavier(best, At(view, at));
        return best.Score < Finding.Strong ? Heavier(best, SqlWholeValue.Judge(view)) : best;
    }

    private static Finding At(in SqlView view, int at) => view[at].Kind switch
    {
        SqlKind.Logic => SqlConditions.BehindLogic(view, at),
        SqlKind.Compare => SqlConditions.AtComparison(view, at),
        SqlKind.Function => SqlCalls.AtFunction(view, at),
        SqlKind.Name or SqlKind.Variable => SqlCalls.AtName(view, at),
        SqlKind.Word => Heavier(SqlQueries.AtWord(view, at), SqlStatements.AtWord(view, at)),
        SqlKind.String => SqlConditions.AtText(view, at),
        SqlKind.Cast => SqlQueries.AtCast(view, at),
        _ => default,
    };

    private static Finding Heavier(Finding one, Finding other) => other.Score > one.Score ? other : one;
}
