namespace AICodeManager.Signatures.StructuredFields;

/// <summary>
/// How much of a field <see cref="SfParser"/> takes into memory; more is a fault. The defaults are the least that RFC 9651
/// section 3 lets a general parser support, with room for text.
/// </summary>
public sealed record SfLimits
{
    public static SfLimits Default { get; } = new();

    /// <summary>The most characters of all lines of the field together, with the commas between them: 64 Ki.</summary>
    public int Characters { get; init; } = 64 * 1024;

    /// <summary>The most members of a list or dictionary, a repeated key counted each time: 1,024.</summary>
    public int Members { get; init; } = 1024;

    /// <summary>The most items of one inner list: 256.</summary>
    public int InnerItems { get; init; } = 256;

    /// <summary>The most parameters of one item or inner list, a repeated key counted each time: 256.</summary>
    public int Parameters { get; init; } = 256;
}
