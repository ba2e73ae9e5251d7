using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Regular expressions that run in time linear in their input, so that no request can stall them.</summary>
internal static class Patterns
{
    /// <summary>How a pattern is compiled, here and where it is used.</summary>
    public const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    public static readonly Form<string> Linear = new(
        "a .NET regular expression of 1 to 500 characters without look-around, back-references and atomic groups", text =>
        {
            if (text.Length is 0 or > 500)
                return Outcome.Wrong<string>("is empty or too long");
            try
            {
                _ = new Regex(text, Options);
                return Outcome.Of(text);
            }
            catch (RegexParseException wrong)
            {
                return Outcome.Wrong<string>($"is not a regular expression: {wrong.Error} at position {wrong.Offset}");
            }
            catch (NotSupportedException)
            {
                return Outcome.Wrong<string>("would need backtracking");
            }
        });
}
