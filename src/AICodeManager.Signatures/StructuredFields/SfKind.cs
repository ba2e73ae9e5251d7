using System.Diagnostics.CodeAnalysis;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>What a bare item is (RFC 9651 section 3.3).</summary>
[SuppressMessage("Naming", "CA1720", Justification = "RFC 9651 names its types so.")]
public enum SfKind
{
    /// <summary>A whole number of at most 15 digits.</summary>
    Integer,

    /// <summary>At most 12 digits, a point and one to three digits.</summary>
    Decimal,

    /// <summary>Printable ASCII between quotes.</summary>
    String,

    /// <summary>A word without quotes.</summary>
    Token,

    /// <summary>Bytes as base64 between colons.</summary>
    Bytes,

    /// <summary><c>?0</c> or <c>?1</c>.</summary>
    Boolean,

    /// <summary>Whole seconds since 1970, written as <c>@</c> and an integer.</summary>
    Date,

    /// <summary>Unicode text between <c>%"</c> and <c>"</c>, as UTF-8 with percent signs.</summary>
    DisplayString,
}
