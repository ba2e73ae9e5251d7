namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>What stands on one side of a comparison.</summary>
internal enum SqlOperand
{
    None,

    /// <summary>A number, a quoted text, <c>null</c>.</summary>
    Literal,
    OpenString,
    Name,
    Variable,
    Call,

    /// <summary>A query in brackets, or a <c>case</c>.</summary>
    Query,

    /// <summary>A bracket behind which the value ends.</summary>
    Bracket,
}

/// <summary>Reads operands, with signs, brackets and arithmetic, from a view.</summary>
internal static class SqlOperands
{
    /// <summary>Reads the operand at <paramref name="at"/> and goes behind it, and behind brackets that it closes.</summary>
    public static SqlOperand Read(in SqlView view, ref int at)
    {
        var brackets = 0;
        for (var steps = 0; steps < 8; steps++)
        {
            var token = view[at];
            if (token.Kind == SqlKind.Open)
                brackets++;
            else if (token.Kind != SqlKind.Operator)
                break;
            at++;
        }

        var operand = One(view, ref at);
        if (operand == SqlOperand.None && brackets > 0 && view.Is(at, SqlKind.End))
            return SqlOperand.Bracket;
        while (operand != SqlOperand.None && brackets > 0 && view.Is(at, SqlKind.Close))
        {
            at++;
            brackets--;
        }

        return operand;
    }

    /// <summary>The same, and whatever is added to it, multiplied or cast.</summary>
    public static SqlOperand ReadSum(in SqlView view, ref int at)
    {
        var operand = Read(view, ref at);
        for (var steps = 0; steps < 8 && operand != SqlOperand.None && (view[at].Kind is SqlKind.Operator or SqlKind.Cast || view.Is(at, SqlWord.Concatenation)); steps++)
        {
            var behind = at + 1;
            var next = Read(view, ref behind);
            if (next == SqlOperand.None)
                break;
            at = behind;
            if (next is SqlOperand.OpenString or SqlOperand.Call or SqlOperand.Query)
                operand = next;
        }

        return operand;
    }

    private static SqlOperand One(in SqlView view, ref int at)
    {
        var token = view[at];
        switch (token.Kind)
        {
            case SqlKind.Number or SqlKind.String:
                at++;
                return SqlOperand.Literal;
            case SqlKind.OpenString:
                at++;
                return SqlOperand.OpenString;
            case SqlKind.Variable:
                at++;
                return SqlOperand.Variable;
            case SqlKind.Word when token.Word is SqlWord.Select or SqlWord.Case:
                at++;
                return SqlOperand.Query;
            case SqlKind.Name or SqlKind.Function:
            case SqlKind.Compare when view.Is(at + 1, SqlKind.Open) && token.Word == SqlWord.Like:
                at++; // like(, glob( and match( are functions, too
                for (var steps = 0; steps < 4 && view.Is(at, SqlKind.Dot) && view[at + 1].Kind is SqlKind.Name or SqlKind.Function or SqlKind.String; steps++)
                    at += 2;
                if (!view.Is(at, SqlKind.Open))
                    return SqlOperand.Name;
                at = view.BehindBrackets(at);
                return SqlOperand.Call;
            default:
                return SqlOperand.None;
        }
    }
}
