namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>
/// Conditions that the sender adds to ours. What tells them from prose is the comparison: <c>35% cotton and 65% polyester</c>
/// compares nothing, <c>1 and 1=2</c> does; and a comparison of two literals is of use to nobody else.
/// </summary>
internal static class SqlConditions
{
    /// <summary>
    /// <c>sql.tautology</c>: literal against literal behind and/or, wherever it stands (<c>or 1=1</c>, <c>and 'a' like 'b</c>).
    /// <c>sql.condition</c>: any comparison, call or query behind and/or that follows the end of our quoted text or our number.
    /// </summary>
    public static Finding BehindLogic(in SqlView view, int logic)
    {
        var before = view.Before(logic);
        var first = logic + 1;
        while (first < logic + 8 && view[first].Kind is SqlKind.Operator or SqlKind.Open)
            first++;
        var at = logic + 1;
        var left = SqlOperands.ReadSum(view, ref at);
        if (left == SqlOperand.Query)
            return view.Is(first, SqlWord.Select) && (view.Is(first - 1, SqlKind.Open) || before == BreakOut.Quote) ? SqlSigns.Strong("sql.condition") : default;
        if (left == SqlOperand.None)
            return before == BreakOut.Quote && view.EndsInComment ? SqlSigns.Strong("sql.condition") : default;

        var comparison = at;
        if (view.Is(comparison, SqlWord.Not))
            comparison++;
        if (view.Is(comparison, SqlKind.Compare))
            return Compared(view, before, left, comparison);
        return Alone(view, before, left, first, at, logic) is { Any: true } alone ? alone
            : before == BreakOut.Quote && view.EndsInComment ? SqlSigns.Strong("sql.condition")
            : default;
    }

    private static Finding Compared(in SqlView view, BreakOut before, SqlOperand left, int comparison)
    {
        var compare = view[comparison].Word;
        var at = comparison + 1;
        while (at < comparison + 4 && (view.Is(at, SqlKind.Compare) || view.Is(at, SqlWord.Not)))
            at++;
        var bracket = view.Is(at, SqlKind.Open);
        var right = SqlOperands.ReadSum(view, ref at);

        // Words compare in prose as well: "is" and "in" count only where the rest cannot be a sentence.
        var sign = compare is SqlWord.None or SqlWord.Equal;
        var plain = sign || compare is SqlWord.Like or SqlWord.Between || (compare == SqlWord.In && bracket);
        if (compare == SqlWord.Is && before == BreakOut.Bare && view[at - 1].Word is SqlWord.Null && view[at].Kind is SqlKind.End or SqlKind.Comment)
            return SqlSigns.Strong("sql.condition");
        var value = right is SqlOperand.Literal or SqlOperand.OpenString or SqlOperand.Call or SqlOperand.Query or SqlOperand.Bracket;
        var ends = right == SqlOperand.None && sign && view.Is(at, SqlKind.End);

        if (left is SqlOperand.Literal or SqlOperand.OpenString)
        {
            if (value && plain)
                return SqlSigns.Strong("sql.tautology");
            return before != BreakOut.None && (ends || value || (right != SqlOperand.None && sign)) ? SqlSigns.Strong("sql.condition") : default;
        }

        return before switch
        {
            BreakOut.Quote when right != SqlOperand.None && (sign || value) => SqlSigns.Strong("sql.condition"),
            BreakOut.Quote when sign || view.EndsInComment || (right != SqlOperand.None && plain && view.Is(at, SqlKind.Semicolon)) => SqlSigns.Strong("sql.condition"),
            BreakOut.Bare when plain && (value || (ends && view.Is(0, SqlKind.Logic))) => SqlSigns.Strong("sql.condition"),
            _ => default,
        };
    }

    /// <summary>No comparison: then the value has to have broken out of something, and what stands here cannot be a sentence's word.</summary>
    private static Finding Alone(in SqlView view, BreakOut before, SqlOperand left, int first, int at, int logic)
    {
        if (before == BreakOut.None)
            return default;
        var behind = view[at].Kind;
        var apart = view[logic].Apart || view[logic + 1].Apart;
        var strong = left switch
        {
            SqlOperand.Call => view[first].Kind is SqlKind.Function or SqlKind.Compare || view.Is(first + 1, SqlKind.Dot) || view.Is(logic, SqlWord.Concatenation),
            SqlOperand.OpenString => before == BreakOut.Quote,
            SqlOperand.Literal when behind is SqlKind.Comment or SqlKind.Dashes => true,
            SqlOperand.Literal when before == BreakOut.Bare => behind == SqlKind.End && (apart || view.Is(logic + 1, SqlWord.Not) || view[first].Word is SqlWord.True or SqlWord.Null),
            // Where nothing follows, our own quote would spoil the query: prose then, unless the value begins with the quote.
            SqlOperand.Literal when behind == SqlKind.End => view.Text(0).IsEmpty || view.Is(first, SqlWord.True),
            SqlOperand.Literal when view.Is(first, SqlKind.String) => behind is not (SqlKind.Name or SqlKind.Word or SqlKind.Comma),
            SqlOperand.Literal when view[at].Word is SqlWord.Group or SqlWord.Order or SqlWord.Having or SqlWord.Union or SqlWord.Into or SqlWord.Limit => true,
            SqlOperand.Literal => behind is SqlKind.Semicolon or SqlKind.Close or SqlKind.Logic,
            SqlOperand.Variable => behind is SqlKind.End or SqlKind.Comment or SqlKind.Close,
            _ => false,
        };
        return strong ? SqlSigns.Strong("sql.condition") : default;
    }

    /// <summary>
    /// <c>sql.tautology</c> without and/or: <c>where 3=3</c>, <c>('a'='a'</c>, or a value that is nothing but <c>1=1</c>.
    /// <c>sql.list</c>: a value that begins with <c>in (1,2</c>, the end of somebody's condition.
    /// </summary>
    public static Finding AtComparison(in SqlView view, int compare)
    {
        if (view[compare].Word == SqlWord.In)
            return compare == 0 && view.Is(1, SqlKind.Open) && view.Is(2, SqlKind.Number) && view.Is(3, SqlKind.Comma) ? SqlSigns.Strong("sql.list") : default;
        if (view[compare].Word is not (SqlWord.Equal or SqlWord.Like or SqlWord.None))
            return default;
        var (left, right) = (view[compare - 1], view[compare + 1]);
        if (left.Kind is not (SqlKind.Number or SqlKind.String) || right.Kind is not (SqlKind.Number or SqlKind.String or SqlKind.OpenString))
            return default;
        if (view.Quote != '\0' && compare == 1)
            return default; // what stands before our own quote is no literal of the sender's
        var same = view.Text(compare - 1).Equals(view.Text(compare + 1), StringComparison.OrdinalIgnoreCase) && view[compare].Word != SqlWord.None;
        var clause = view[compare - 2] switch
        {
            { Word: SqlWord.Where or SqlWord.Having or SqlWord.When } => true,
            { Kind: SqlKind.Open } => view[compare].Word == SqlWord.Equal && left.Kind == right.Kind,
            { Kind: SqlKind.End } => same && view[compare + 2].Kind is SqlKind.End or SqlKind.Comment or SqlKind.Logic,
            { Kind: SqlKind.Comma } => same && left.Kind == SqlKind.String,
            _ => false,
        };
        return clause ? SqlSigns.Strong("sql.tautology") : default;
    }

    /// <summary><c>sql.json</c>: a JSON text as the operand of what only a database can do with it: <c>'{"a":1}' @&gt; '{}'</c>.</summary>
    public static Finding AtText(in SqlView view, int at)
    {
        if (view.TextBefore(at) != '\'' || view.Text(at) is not (['{', ..] or ['[', ..]))
            return default;
        var behind = at + 1;
        if (view.Is(behind, SqlKind.Cast))
            behind += 2;
        return view[behind].Kind is SqlKind.Operator or SqlKind.Compare && (view[behind + 1].Kind is SqlKind.String or SqlKind.OpenString || view[behind + 1].Kind == SqlKind.Function)
            ? SqlSigns.Strong("sql.json")
            : default;
    }
}
