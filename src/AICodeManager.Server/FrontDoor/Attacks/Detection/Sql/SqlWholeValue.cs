namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>Rules that need to see how a value begins and how it ends.</summary>
internal static class SqlWholeValue
{
    public static Finding Judge(in SqlView view) => view.Quote == '\0' ? Bare(view) : Quoted(view);

    /// <summary>
    /// <c>sql.open-call</c>: nothing but <c>substr(</c>, half a call that another parameter completes.
    /// <c>sql.expression</c>: an expression without one word of prose, and the rest of our query commented out.
    /// </summary>
    private static Finding Bare(in SqlView view)
    {
        if (IsOpenCall(view))
            return SqlSigns.Strong("sql.open-call");
        if (view.Count < 4 || !view.Is(view.Count - 1, SqlKind.Comment))
            return default;

        var (operands, joints, brackets) = (0, 0, 0);
        for (var at = 0; at < view.Count - 1; at++)
        {
            switch (view[at].Kind)
            {
                case SqlKind.Number or SqlKind.String or SqlKind.Variable:
                    operands++;
                    break;
                case SqlKind.Logic or SqlKind.Compare or SqlKind.Function:
                    joints++;
                    break;
                case SqlKind.Operator:
                    joints += view.Is(at, SqlWord.Binary) ? 1 : 0;
                    break;
                case SqlKind.Open:
                    brackets++;
                    break;
                case SqlKind.Close:
                    break;
                case SqlKind.Word when view.Is(at, SqlWord.Select):
                    joints++;
                    break;
                default:
                    return default;
            }
        }

        return operands > 0 && joints > 0 && brackets > 0 ? SqlSigns.Strong("sql.expression") : default;
    }

    private static bool IsOpenCall(in SqlView view)
    {
        if (view.Count is < 2 or > 8 || !view.Is(view.Count - 1, SqlKind.Open))
            return false;
        if (!view.Is(0, SqlKind.Function) && view[0].Word is not (SqlWord.Values or SqlWord.In or SqlWord.Like))
            return false;
        for (var at = 1; at < view.Count; at++)
        {
            if (view[at].Kind is SqlKind.Name or SqlKind.Word or SqlKind.Number or SqlKind.Comma or SqlKind.Function)
                return false;
        }

        return true;
    }

    /// <summary>
    /// <c>sql.comment</c>: <c>admin'--</c>, <c>admin'#</c>. <c>sql.cut</c>: <c>admin';</c>. <c>sql.break-out</c>: our quote ended,
    /// an expression, and our closing quote put to use or commented out, so that the query stays whole: <c>a'='b</c>,
    /// <c>1'*null or '1</c>, <c>x'-email--</c>.
    /// </summary>
    private static Finding Quoted(in SqlView view)
    {
        var start = view.Text(0);
        var ended = start.Length > 0 && IsOfWord(start[^1]);
        if (view.Is(1, SqlKind.Comment))
            return ended && view.IsEmptyComment(1) ? SqlSigns.Strong("sql.comment") : default;
        if (view.Is(1, SqlKind.Semicolon) && view[2].Kind is SqlKind.End or SqlKind.Comment)
            return ended && !char.IsAsciiDigit(start[^1]) ? SqlSigns.Strong("sql.cut") : SqlSigns.Weak("sql.cut"); // 18'; is a length

        if (view.EndsInComment && view[1].Kind is SqlKind.Comma or SqlKind.Close && Compares(view))
            return SqlSigns.Strong("sql.break-out");
        var (wanted, compares, signs, operands, names, depth) = (false, 0, 0, 0, 0, 0);
        for (var at = 1; at < Math.Min(view.Count, SqlView.Reach); at++)
        {
            var token = view[at];
            switch (token.Kind)
            {
                case SqlKind.Compare or SqlKind.Logic when !wanted || view[at - 1].Kind is SqlKind.Compare or SqlKind.Operator:
                    compares++;
                    wanted = true;
                    break;
                case SqlKind.Operator:
                    signs++;
                    wanted = true;
                    break;
                case SqlKind.Cast when !wanted:
                case SqlKind.Comma when !wanted && depth > 0:
                case SqlKind.Dot when !wanted:
                    wanted = true;
                    break;
                case SqlKind.Number or SqlKind.String or SqlKind.Variable when wanted:
                    operands++;
                    wanted = false;
                    break;
                case SqlKind.Function when wanted && view.Is(at + 1, SqlKind.Open):
                    wanted = false;
                    break;
                case SqlKind.Name or SqlKind.Function when wanted:
                    names++;
                    wanted = false;
                    break;
                case SqlKind.Open when wanted || view[at - 1].Kind is SqlKind.Name or SqlKind.Function:
                    operands++;
                    depth++;
                    wanted = true;
                    break;
                case SqlKind.Close:
                    depth--;
                    wanted = false;
                    break;
                case SqlKind.OpenString when wanted && at == view.Count - 1:
                    return view.TextBefore(at) == view.Quote && Reenters(view, at, compares, names == 0 ? operands : 0) ? SqlSigns.Strong("sql.break-out") : default;
                case SqlKind.Comment when !wanted || view[at - 1].Kind == SqlKind.Compare:
                    return compares + signs > 0 && (compares > 0 || view.IsEmptyComment(at)) && operands + names + compares > 0
                        ? SqlSigns.Strong("sql.break-out")
                        : default;
                default:
                    return default;
            }
        }

        return default;
    }

    /// <summary>A comparison by a sign, near the beginning: <c>x', role='admin' where id=1 --</c>.</summary>
    private static bool Compares(in SqlView view)
    {
        for (var at = 2; at < SqlView.Reach; at++)
        {
            if (view.Is(at, SqlKind.Compare) && view[at].Word is SqlWord.None or SqlWord.Equal)
                return true;
        }

        return false;
    }

    private static bool Reenters(in SqlView view, int last, int compares, int operands)
    {
        if (compares == 0)
            return operands > 0;
        if (last > 2)
            return true;
        var start = view.Text(0);
        var end = view.Text(last);
        return start.Length > 0 && end.Length > 0 && start[^1] != ' ' && end[0] != ' ';
    }

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '%' or ')';
}
