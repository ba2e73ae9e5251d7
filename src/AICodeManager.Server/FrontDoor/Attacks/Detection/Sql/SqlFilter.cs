using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>
/// Tells at a glance that a value is no concern of the SQL rules. Nothing can be injected without a sign that quotes, compares
/// or comments, a word that begins a statement or a clause, or a call.
/// </summary>
internal static class SqlFilter
{
    private static readonly SearchValues<char> Signs = SearchValues.Create("'\"`#@=<>|&");

    /// <summary>What parts words; a value without is an id, a date, an address.</summary>
    private static readonly SearchValues<char> Parting = SearchValues.Create(" \n(;+*");

    // Browsers' headers and most titles hold none of them; that is what the list is for, so no word of them may come in.
    private static readonly SearchValues<string> Words = SearchValues.Create(
        [
            "select", "union", "exec", "waitfor", "order", "group", "procedure", "drop ", "delete", "insert", "truncate", "shutdown",
            "declare", "update ", "create ", "alter ", "begin ", "having", " regexp", " rlike", " between ", " true", " not like", " not in", "or not ", " is null", " is not null",
            "information_schema", "sysobjects", "sqlite_", "pg_", "xp_", "sp_", "dbms_", "utl_", "all_t", "user_t", ") as", ".e(",
            ") like", "case ",
        ],
        StringComparison.OrdinalIgnoreCase);

    public static bool Concerns(ReadOnlySpan<char> folded)
    {
        if (folded.ContainsAny(Signs))
            return true;
        if (!folded.ContainsAny(Parting))
            return SqlWords.Of(folded).Word is SqlWord.Catalogue or SqlWord.ServerProcedure;
        return folded.Contains("--", StringComparison.Ordinal) || folded.Contains("/*", StringComparison.Ordinal) || folded.Contains("::", StringComparison.Ordinal)
            || folded.ContainsAny(Words) || HasCall(folded);
    }

    /// <summary>A bracket behind the name of one of SQL's functions, with or without blanks: <c>(KHTML, like Gecko)</c> calls nothing.</summary>
    private static bool HasCall(ReadOnlySpan<char> text)
    {
        for (var open = text.IndexOf('('); open >= 0;)
        {
            var end = open;
            while (end > 0 && text[end - 1] is ' ' or '\n')
                end--;
            var start = end;
            while (start > 0 && end - start < 32 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] == '_'))
                start--;
            if (end > start && SqlWords.Of(text[start..end]).Kind is not SqlKind.Name)
                return true;
            var next = text[(open + 1)..].IndexOf('(');
            if (next < 0)
                return false;
            open += next + 1;
        }

        return false;
    }
}
