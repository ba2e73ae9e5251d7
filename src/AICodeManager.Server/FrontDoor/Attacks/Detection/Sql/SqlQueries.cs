namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>Clauses and queries put into a query of ours.</summary>
internal static class SqlQueries
{
    public static Finding AtWord(in SqlView view, int at) => view[at].Word switch
    {
        SqlWord.Union => Union(view, at),
        SqlWord.Select => Select(view, at),
        SqlWord.Order or SqlWord.Group => OrderBy(view, at),
        SqlWord.Case => Case(view, at),
        SqlWord.Into => view.Is(at + 1, SqlWord.Outfile) && view[at + 2].Kind is SqlKind.String or SqlKind.OpenString or SqlKind.Variable or SqlKind.Open
            ? SqlSigns.Strong("sql.outfile")
            : default,
        SqlWord.Procedure => view.Is(at + 1, SqlWord.Analyse) && view.Is(at + 2, SqlKind.Open) ? SqlSigns.Strong("sql.procedure") : default,
        SqlWord.As => Alias(view, at),
        SqlWord.From => Catalogue(view, at),
        SqlWord.Values => view.Is(at - 1, SqlKind.Close) && view.Is(at + 1, SqlKind.Open) ? SqlSigns.Strong("sql.values") : default,
        _ => default,
    };

    /// <summary><c>sql.union</c>: another query's rows behind ours. "Union made" and "credit union" select nothing.</summary>
    private static Finding Union(in SqlView view, int at)
    {
        var select = at + 1;
        while (select < at + 8 && (view.Is(select, SqlKind.Open) || view[select].Word is SqlWord.All or SqlWord.Distinct))
            select++;
        if (view.Is(select, SqlWord.Select))
        {
            // "all tests except select ones": only union is rare enough beside select.
            var rare = view.Text(at).Equals("union", StringComparison.OrdinalIgnoreCase);
            return rare || !view.Is(select + 1, SqlKind.Name) ? SqlSigns.Strong("sql.union") : SqlSigns.Weak("sql.union");
        }

        var hidden = view[at].Apart || view[at + 1].Kind == SqlKind.Comment;
        return hidden && view.Before(at) != BreakOut.None ? SqlSigns.Strong("sql.union") : default;
    }

    /// <summary>
    /// <c>sql.subquery</c>: a query in brackets. <c>sql.query</c>: one where our statement has just been ended, or that is the whole
    /// value and calls or computes. A plain <c>select name from table</c> may be somebody's question about SQL (weak).
    /// </summary>
    private static Finding Select(in SqlView view, int at)
    {
        var head = at + 1;
        while (head < at + 6 && (view[head].Word is SqlWord.All or SqlWord.Distinct || (view.Is(head, SqlWord.Top) && view.Is(head + 1, SqlKind.Number))))
            head += view.Is(head, SqlWord.Top) ? 2 : 1;
        var computes = Computes(view, head) || (view.Is(at - 1, SqlKind.Semicolon) && view.Is(head, SqlKind.Number) && view.Is(head + 1, SqlKind.End));
        var grammatical = computes || IsStar(view, head) || NamesFrom(view, head, ref computes);
        if (!grammatical)
            return EndsBare(view, at) ? SqlSigns.Strong("sql.query") : default;

        var before = view[at - 1];
        if (before.Kind == SqlKind.Open)
            return SqlSigns.Strong("sql.subquery");
        if (before.Kind == SqlKind.Semicolon || (view.Quote != '\0' && at == 1) || view.Before(at) == BreakOut.Quote)
            return SqlSigns.Strong("sql.query");
        if (before.Kind is SqlKind.Logic or SqlKind.Compare or SqlKind.Operator or SqlKind.Comma && computes)
            return SqlSigns.Strong("sql.query");
        return at == 0 && computes ? SqlSigns.Strong("sql.query") : SqlSigns.Weak("sql.query");
    }

    /// <summary>What no sentence has behind "select": a call, a variable, a sign, a number or text that is listed or ends.</summary>
    private static bool Computes(in SqlView view, int head)
    {
        var at = head;
        while (at < head + 6 && view[at].Kind is SqlKind.Open || (view.Is(at, SqlKind.Operator) && !IsStar(view, at)))
            at++;
        return view[at].Kind switch
        {
            SqlKind.Function => view.Is(at + 1, SqlKind.Open),
            SqlKind.Variable => true,
            SqlKind.Word => view[at].Word is SqlWord.Case or SqlWord.Select && at > head,
            SqlKind.Name => view.IsCall(at) && view.Touches(at),
            SqlKind.Number or SqlKind.String => view[at + 1] switch
            {
                { Kind: SqlKind.Comma or SqlKind.Comment or SqlKind.Logic or SqlKind.Operator or SqlKind.Compare or SqlKind.Semicolon } => true,
                { Kind: SqlKind.Close } => at > head || view.Is(head, SqlKind.Number),
                { Word: SqlWord.From or SqlWord.Where or SqlWord.Union or SqlWord.As } => true,
                _ => false,
            },
            _ => false,
        };
    }

    private static bool IsStar(in SqlView view, int at) => view.Is(at, SqlKind.Operator) && view.Text(at) is "*" && (view.Is(at + 1, SqlWord.From) || view.Is(at + 1, SqlKind.End));

    /// <summary>Names, listed by commas, then <c>from</c> and one more name: two words side by side are a sentence.</summary>
    private static bool NamesFrom(in SqlView view, int head, ref bool computes)
    {
        var wanted = true;
        for (var at = head; at < head + SqlView.Reach; at++)
        {
            var token = view[at];
            if (!wanted && token.Kind == SqlKind.Open)
            {
                computes = view[at - 1].Kind == SqlKind.Function && at > head + 1;
                at = view.BehindBrackets(at) - 1;
                continue;
            }

            if (!wanted && token.Word == SqlWord.From)
                return view[at + 1].Kind is SqlKind.Name or SqlKind.Function or SqlKind.String or SqlKind.Open && !IsArticle(view.Text(at + 1));
            if (wanted ? token.Kind is not (SqlKind.Name or SqlKind.Function or SqlKind.Number or SqlKind.String or SqlKind.Variable)
                    : token.Kind is not (SqlKind.Comma or SqlKind.Dot or SqlKind.Operator))
                return false;
            wanted = !wanted;
        }

        return false;
    }

    private static bool IsArticle(ReadOnlySpan<char> word) =>
        word.Equals("the", StringComparison.OrdinalIgnoreCase) || word.Equals("a", StringComparison.OrdinalIgnoreCase)
        || word.Equals("an", StringComparison.OrdinalIgnoreCase) || word.Equals("this", StringComparison.OrdinalIgnoreCase)
        || word.Equals("each", StringComparison.OrdinalIgnoreCase) || word.Equals("your", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>';select x</c> and no more: a half that another parameter completes.</summary>
    private static bool EndsBare(in SqlView view, int at) =>
        view.Quote != '\0' && at == 2 && view.Is(1, SqlKind.Semicolon) && view[at + 1].Kind is SqlKind.Name or SqlKind.End && view.Is(at + 2, SqlKind.End);

    /// <summary><c>sql.order</c>: ordering by a column's number, to count columns.</summary>
    private static Finding OrderBy(in SqlView view, int at)
    {
        if (!view.Is(at + 1, SqlWord.By))
            return default;
        var before = view.Before(at);
        var behind = at + 2;
        if (before == BreakOut.Quote && view[behind].Kind is not (SqlKind.Name or SqlKind.Word or SqlKind.End))
            return SqlSigns.Strong("sql.order");
        if (view.IsCall(behind) && view.Is(behind, SqlKind.Function))
            return before != BreakOut.None ? SqlSigns.Strong("sql.order") : default;
        if (!view.Is(behind, SqlKind.Number))
            return default;
        while (behind < at + SqlView.Reach && view[behind].Kind is SqlKind.Number or SqlKind.Comma)
            behind++;
        if (view[behind].Kind is SqlKind.Comment or SqlKind.Dashes)
            return SqlSigns.Strong("sql.order");
        return (before == BreakOut.Bare && at > 0) || view[at].Apart || view[at + 1].Apart ? SqlSigns.Strong("sql.order") : SqlSigns.Weak("sql.order");
    }

    /// <summary><c>sql.case</c>: a value that depends on a condition.</summary>
    private static Finding Case(in SqlView view, int at)
    {
        if (!SqlCalls.IsExpected(view, at))
            return default;
        var when = at + 1;
        while (when < at + 4 && view[when].Kind is SqlKind.Number or SqlKind.Name or SqlKind.Open)
            when++;
        if (!view.Is(when, SqlWord.When))
            return default;
        var computes = at > 0;
        for (var then = when + 1; then < when + SqlView.Reach; then++)
        {
            // At a value's beginning "Case when the user is new, then ..." may be a sentence.
            computes |= view[then].Kind is SqlKind.Number or SqlKind.Open || (view.Is(then, SqlKind.Compare) && view[then].Word is SqlWord.None or SqlWord.Equal);
            if (view.Is(then, SqlWord.Then))
                return computes ? SqlSigns.Strong("sql.case") : default;
        }

        return default;
    }

    /// <summary><c>sql.catalogue</c>, its name in quotes.</summary>
    private static Finding Catalogue(in SqlView view, int at) =>
        view.Is(at + 1, SqlKind.String) && SqlWords.Of(view.Text(at + 1)).Word == SqlWord.Catalogue ? SqlSigns.Strong("sql.catalogue") : default;

    /// <summary><c>sql.alias</c>: <c>) as total from</c>, the seam of a query that was cut in two.</summary>
    private static Finding Alias(in SqlView view, int at) =>
        view[at - 1].Kind is SqlKind.Close or SqlKind.OpenString or SqlKind.String
        && view[at + 1].Kind is SqlKind.Name or SqlKind.String or SqlKind.Function && view.Is(at + 2, SqlWord.From)
            ? SqlSigns.Strong("sql.alias")
            : default;

    /// <summary><c>sql.cast</c>: PostgreSQL's <c>::</c> from a value to one of its types; a C++ name has no value before it.</summary>
    public static Finding AtCast(in SqlView view, int at) =>
        view[at - 1].Kind is SqlKind.String or SqlKind.Close or SqlKind.Number or SqlKind.Function && view.Is(at + 1, SqlWord.Type)
            ? SqlSigns.Strong("sql.cast")
            : default;
}
