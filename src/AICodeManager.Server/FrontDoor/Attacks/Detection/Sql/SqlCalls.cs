namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>
/// Functions, variables and tables that are of use to an attacker and hardly to anybody else who types into a form. In the
/// middle of a sentence they are talked about (weak); where SQL expects a value, they are called.
/// </summary>
internal static class SqlCalls
{
    /// <summary>
    /// <c>sql.sleep</c>: makes the server wait, so that its slowness answers yes or no. <c>sql.function</c>: reads files, sends
    /// data out by an error text, tells of the server. <c>sql.letters</c>: text spelt as numbers, to need no quotes.
    /// </summary>
    public static Finding AtFunction(in SqlView view, int at)
    {
        if (!view.Is(at + 1, SqlKind.Open) || view.Is(at + 2, SqlKind.Close))
            return view.Is(at, SqlWord.Telling) && view.Is(at + 1, SqlKind.Open) && IsExpected(view, at) ? SqlSigns.Weak("sql.function") : default;
        switch (view[at].Word)
        {
            case SqlWord.Sleep:
                return Called(view, at, "sql.sleep");
            case SqlWord.Telling:
                return Called(view, at, "sql.function");
            case SqlWord.If:
                return view[at + 2].Kind is SqlKind.Number or SqlKind.String && view.Is(at + 3, SqlKind.Compare) && IsExpected(view, at) ? SqlSigns.Strong("sql.function") : default;
            case SqlWord.Char:
                var next = view.BehindBrackets(at + 1);
                if (view[next].Kind is SqlKind.Operator or SqlKind.Logic)
                    next++;
                return view.Is(next, SqlWord.Char) && view.Is(next + 1, SqlKind.Open) ? SqlSigns.Strong("sql.letters") : default;
            default:
                return default;
        }
    }

    /// <summary>
    /// <c>sql.server-procedure</c>, <c>sql.package</c>: what reaches out of the database. <c>sql.catalogue</c>: tables in which it
    /// describes itself. <c>sql.server-variable</c>: <c>@@version</c>.
    /// </summary>
    public static Finding AtName(in SqlView view, int at)
    {
        switch (view[at].Word)
        {
            case SqlWord.ServerProcedure:
                return view.Count == 1 || view.Is(at - 1, SqlKind.Dot) || view.Is(at - 1, SqlWord.Execute) || view[at + 1].Kind is SqlKind.String or SqlKind.OpenString
                    ? SqlSigns.Strong("sql.server-procedure")
                    : SqlSigns.Weak("sql.server-procedure");
            case SqlWord.Package:
                return view.Is(at + 1, SqlKind.Dot) && view[at + 2].Kind is SqlKind.Name or SqlKind.Function && IsExpected(view, at)
                    ? SqlSigns.Strong("sql.package")
                    : SqlSigns.Weak("sql.package");
            case SqlWord.Catalogue:
                return view.Count == 1 || view[at - 1].Word is SqlWord.From or SqlWord.Into || view[at - 1].Kind is SqlKind.Comma or SqlKind.Open
                    ? SqlSigns.Strong("sql.catalogue")
                    : SqlSigns.Weak("sql.catalogue");
        }

        if (view.Is(at, SqlKind.Variable) && view[at].Length > 3 && view.Text(at).StartsWith("@@") && IsExpected(view, at))
            return SqlSigns.Strong("sql.server-variable");
        return default;
    }

    private static Finding Called(in SqlView view, int at, string rule)
    {
        if (IsExpected(view, at) && Completes(view, at))
            return SqlSigns.Strong(rule);
        // "the likelihood (of an event)" calls nothing.
        return view.Touches(at) ? SqlSigns.Weak(rule) : default;
    }

    /// <summary>Whether SQL expects a value here; a word before it makes it part of a sentence.</summary>
    public static bool IsExpected(in SqlView view, int at) => view[at - 1].Kind switch
    {
        SqlKind.End or SqlKind.Operator or SqlKind.Logic or SqlKind.Compare or SqlKind.Open or SqlKind.Comma or SqlKind.Semicolon => true,
        SqlKind.Close or SqlKind.Dashes => true,
        SqlKind.Word => true,
        _ => false,
    };

    /// <summary>Whether the call ends what it stands in, or goes on as an expression; <c>sleep(5) is too long</c> does not.</summary>
    private static bool Completes(in SqlView view, int at)
    {
        var behind = view[view.BehindBrackets(at + 1)];
        return behind.Kind is not (SqlKind.Name or SqlKind.Other or SqlKind.Dot) && !(at == 0 && behind.Kind == SqlKind.Compare && behind.Word is SqlWord.Is or SqlWord.In);
    }
}
