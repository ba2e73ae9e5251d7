namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>
/// <c>sql.statement</c>: a statement of the sender's own behind ours, or as the whole value. <c>sql.delay</c>: SQL Server's wait.
/// </summary>
internal static class SqlStatements
{
    public static Finding AtWord(in SqlView view, int at)
    {
        if (view.Is(at, SqlWord.WaitFor))
        {
            var waits = view.Is(at + 1, SqlWord.Delay) || view.Text(at + 1).Equals("time", StringComparison.OrdinalIgnoreCase);
            return waits && (view[at + 2].Kind is SqlKind.String or SqlKind.OpenString or SqlKind.Variable || view[at + 1].Apart)
                ? SqlSigns.Strong("sql.delay")
                : default;
        }

        var shape = Shape(view, at);
        if (shape == Likeness.None)
            return default;
        var stacked = view.Is(at - 1, SqlKind.Semicolon);
        var cut = view.Quote != '\0' && (at == 1 || (stacked && at == 2));
        var begins = at == 0 && view.Quote == '\0';
        return shape switch
        {
            Likeness.Certain when stacked || cut || begins || view.Before(at) == BreakOut.Quote => SqlSigns.Strong("sql.statement"),
            Likeness.Likely when cut || stacked => SqlSigns.Strong("sql.statement"),
            Likeness.Possible when cut && stacked => SqlSigns.Strong("sql.statement"),
            Likeness.Possible => default,
            _ => SqlSigns.Weak("sql.statement"),
        };
    }

    /// <summary>How much of a statement stands here, by its grammar: each word less is one more that prose might have written.</summary>
    private static Likeness Shape(in SqlView view, int at)
    {
        var (next, second) = (view[at + 1], view[at + 2]);
        var apart = next.Apart ? Likeness.Certain : Likeness.Likely;
        switch (view[at].Word)
        {
            case SqlWord.Drop or SqlWord.Create or SqlWord.Alter or SqlWord.Truncate:
                if (view[at].Word == SqlWord.Create && next.Kind == SqlKind.Logic)
                    return view.Text(at + 2).Equals("replace", StringComparison.OrdinalIgnoreCase) ? Likeness.Certain : Likeness.None;
                if (next.Word is not (SqlWord.Thing or SqlWord.Procedure) && !IsThing(view.Text(at + 1)))
                    return view[at].Word == SqlWord.Truncate && next.Apart ? Likeness.Certain : Likeness.Possible;
                if (!IsNamed(second))
                    return Likeness.Possible;
                return view[at + 3] switch
                {
                    { Kind: SqlKind.Open or SqlKind.Semicolon or SqlKind.Comment or SqlKind.Dashes } => Likeness.Certain,
                    { Kind: SqlKind.Word, Word: not SqlWord.From and not SqlWord.When } when view[at].Word == SqlWord.Alter => Likeness.Certain,
                    { Kind: SqlKind.Name } when second.Kind == SqlKind.String => Likeness.Certain,
                    { Kind: SqlKind.End } => Likeness.Likely,
                    _ => Likeness.Possible,
                };
            case SqlWord.Insert:
                if (next.Word != SqlWord.Into)
                    return Likeness.Possible;
                return IsNamed(second) && (view.Is(at + 3, SqlKind.Open) || view[at + 3].Word is SqlWord.Values or SqlWord.Select) ? Likeness.Certain : apart;
            case SqlWord.Delete:
                if (next.Word != SqlWord.From || !IsNamed(second))
                    return Likeness.Possible;
                return view[at + 3].Kind is SqlKind.Semicolon or SqlKind.Comment || view.Is(at + 3, SqlWord.Where) ? Likeness.Certain : apart;
            case SqlWord.Update:
                if (!IsNamed(next) || second.Word != SqlWord.Set)
                    return Likeness.Possible;
                return view.Is(at + 4, SqlKind.Compare) ? Likeness.Certain : view.Is(at + 3, SqlKind.End) ? Likeness.Likely : Likeness.None;
            case SqlWord.Execute:
                return next.Kind == SqlKind.Variable || next.Word is SqlWord.Immediate or SqlWord.ServerProcedure || view[at + 2].Kind is SqlKind.Dot && view[at + 3].Kind is SqlKind.Dot
                    || (next.Kind == SqlKind.Open && second.Kind is SqlKind.String or SqlKind.Variable or SqlKind.Function)
                    ? Likeness.Certain
                    : Likeness.Possible;
            case SqlWord.Declare or SqlWord.Set:
                return next.Kind == SqlKind.Variable ? second.Kind is SqlKind.Compare or SqlKind.Operator or SqlKind.Name or SqlKind.Function ? Likeness.Certain : Likeness.Likely : Likeness.None;
            case SqlWord.Begin:
                return next.Word == SqlWord.Package || (second.Kind == SqlKind.Dot && view.IsCall(at + 3)) ? Likeness.Certain : Likeness.None;
            case SqlWord.Call:
                return view.IsCall(at + 1) && view.Touches(at + 1) ? Likeness.Likely : Likeness.None;
            case SqlWord.Shutdown:
                return next.Kind is SqlKind.End or SqlKind.Semicolon or SqlKind.Comment ? Likeness.Possible : Likeness.None;
            case SqlWord.Values:
                return next.Kind == SqlKind.Open && second.Kind is SqlKind.String ? Likeness.Certain : Likeness.None;
            case SqlWord.OtherStatement:
                return next.Kind is SqlKind.Name or SqlKind.Word or SqlKind.Variable ? Likeness.Possible : Likeness.None;
            default:
                return Likeness.None;
        }
    }

    private static bool IsNamed(SqlToken token) => token.Kind is SqlKind.Name or SqlKind.String or SqlKind.Function;

    private static bool IsThing(ReadOnlySpan<char> word) =>
        word.Equals("function", StringComparison.OrdinalIgnoreCase) || word.Equals("user", StringComparison.OrdinalIgnoreCase)
        || word.Equals("database", StringComparison.OrdinalIgnoreCase) || word.Equals("schema", StringComparison.OrdinalIgnoreCase)
        || word.Equals("index", StringComparison.OrdinalIgnoreCase);

    private enum Likeness
    {
        None,

        /// <summary>A keyword: counts only right behind a quote and a semicolon.</summary>
        Possible,

        /// <summary>As much as a sentence may have by chance.</summary>
        Likely,

        /// <summary>Signs and words in an order that only SQL has.</summary>
        Certain,
    }
}
