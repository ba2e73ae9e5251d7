namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>The words that a rule asks for by name.</summary>
internal enum SqlWord : byte
{
    None,
    Not,
    Binary,
    In,
    Is,
    Like,
    Between,
    Equal,
    Null,
    True,
    Select,
    Union,
    All,
    Distinct,
    Top,
    From,
    Where,
    Having,
    Order,
    Group,
    By,
    Limit,
    Into,
    Outfile,
    Case,
    When,
    Then,
    Else,
    As,
    Insert,
    Update,
    Delete,
    Drop,
    Truncate,
    Create,
    Alter,
    Thing,
    Set,
    Values,
    Execute,
    Declare,
    Begin,
    Call,
    Shutdown,
    WaitFor,
    Delay,
    Procedure,
    Analyse,
    Immediate,
    If,
    OtherStatement,

    /// <summary>A function that only makes the server wait or work.</summary>
    Sleep,

    /// <summary>A function that honest text hardly ever calls by name.</summary>
    Telling,

    /// <summary>A package of functions of the same sort: <c>dbms_pipe</c>, <c>utl_http</c>.</summary>
    Package,

    /// <summary>A stored procedure that reaches the machine: <c>xp_cmdshell</c>.</summary>
    ServerProcedure,

    /// <summary>A table or schema in which a database describes itself.</summary>
    Catalogue,

    /// <summary><c>char</c>, <c>chr</c>: letters written as numbers.</summary>
    Char,
    Type,
    Concatenation,
}
