using System.Globalization;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Numbers without signs, exponents or separators; a point is the decimal mark.</summary>
internal static class Numbers
{
    /// <summary>A whole number between two others, both included.</summary>
    public static Form<int> Whole(int min, int max) => new($"a whole number from {min} to {max}", text =>
        !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Outcome.Wrong<int>("is not a whole number")
        : number < min || number > max ? Outcome.Wrong<int>("is out of range")
        : Outcome.Of((int)number));

    /// <summary>The same, where absence is told from every number.</summary>
    public static Form<int?> WholeOrNone(int min, int max)
    {
        var form = Whole(min, max);
        return new(form.Accepted, text => form.Read(text) is { Problem: { } problem } ? Outcome.Wrong<int?>(problem) : Outcome.Of<int?>(form.Read(text).Value));
    }

    /// <summary>A decimal number between two others, both included.</summary>
    public static Form<decimal> Decimal(decimal min, decimal max) => new($"a number from {min} to {max}", text =>
        !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? Outcome.Wrong<decimal>("is not a number")
        : number < min || number > max ? Outcome.Wrong<decimal>("is out of range")
        : Outcome.Of(number));
}
