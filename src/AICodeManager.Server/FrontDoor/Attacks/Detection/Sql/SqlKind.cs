namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>What a token is in SQL.</summary>
internal enum SqlKind : byte
{
    /// <summary>Before the first token and behind the last.</summary>
    End,

    /// <summary>A word that SQL gives no meaning to: a column, or plain prose.</summary>
    Name,

    /// <summary>A keyword that neither compares nor joins conditions.</summary>
    Word,

    /// <summary>The name of a function that SQL or one of its dialects has.</summary>
    Function,

    /// <summary>A number; also <c>null</c>, <c>true</c> and <c>false</c>.</summary>
    Number,

    /// <summary>A quoted text with both its ends; in a quoted context also what stood before the first quote.</summary>
    String,

    /// <summary>A quoted text that nothing ends.</summary>
    OpenString,

    /// <summary><c>@name</c> or <c>@@name</c>.</summary>
    Variable,

    /// <summary><c>and</c>, <c>or</c>, <c>xor</c>, <c>&amp;&amp;</c>, <c>||</c>.</summary>
    Logic,

    /// <summary><c>=</c> and its kin, <c>like</c>, <c>in</c>, <c>between</c>, <c>is</c>.</summary>
    Compare,

    /// <summary>Arithmetic, bits, JSON's arrows, <c>not</c>.</summary>
    Operator,
    Open,
    Close,
    Comma,
    Dot,
    Semicolon,

    /// <summary><c>::</c></summary>
    Cast,

    /// <summary>A comment that hides all the rest.</summary>
    Comment,

    /// <summary><c>--</c> with no blank behind it: a comment in standard SQL, two signs in MySQL and in prose a dash.</summary>
    Dashes,
    Other,
}
