using System.Globalization;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Sizes in bytes: a whole number, plain or with <c>k</c>, <c>m</c> or <c>g</c> (times 1024, 1024², 1024³).</summary>
internal static partial class Sizes
{
    /// <summary>A size between two others, both included; read as bytes.</summary>
    public static Form<long> Between(string smallest, string largest)
    {
        var (min, max) = (Parse(smallest)!.Value, Parse(largest)!.Value);
        return new($"a size from {smallest} to {largest}, such as 512m, 2g, 100k or plain bytes", text =>
            Parse(text) is not { } bytes ? Outcome.Wrong<long>("is not a size")
            : bytes < min || bytes > max ? Outcome.Wrong<long>("is out of range")
            : Outcome.Of(bytes));
    }

    /// <summary>Bytes; null where the text is no size.</summary>
    public static long? Parse(string text)
    {
        if (Parts().Match(text) is not { Success: true } match)
            return null;
        var number = long.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "k" or "K" => number << 10,
            "m" or "M" => number << 20,
            "g" or "G" => number << 30,
            _ => number,
        };
    }

    [GeneratedRegex(@"^(?<number>[0-9]{1,9})(?<unit>[kKmMgG])\z|^(?<number>[0-9]{1,15})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
