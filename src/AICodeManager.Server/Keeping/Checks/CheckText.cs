using System.Globalization;
using System.Text;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>A report for a terminal: what needs somebody first, with what to do; the rest in one line each.</summary>
public static class CheckText
{
    public static string Of(CheckReport report, bool korean)
    {
        var text = new StringBuilder();
        foreach (var line in report.Items)
        {
            var title = korean ? line.Title.Ko : line.Title.En;
            text.Append(CultureInfo.InvariantCulture, $"{line.Result.ToUpperInvariant(),-5} {line.Id}: {title}\n      {Printable(line.Evidence)}\n");
            if (line.Result is "warn" or "fail")
                text.Append(CultureInfo.InvariantCulture, $"      -> {(korean ? line.ToDo.Ko : line.ToDo.En)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{string.Join(", ", report.Reviews)}: {report.Counts.Fail} fail, {report.Counts.Warn} warn, {report.Counts.Pass} pass, {report.Counts.Skip} skipped");
        if (report.LastRunAt is { } last)
            text.Append(CultureInfo.InvariantCulture, $"; last run {last.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        if (report.Unrecorded is { } why)
            text.Append(CultureInfo.InvariantCulture, $"\nThis run could not be kept: {Printable(why)}");
        return text.ToString();
    }

    // Names that people chose are printed; what would move the cursor is not.
    private static string Printable(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
}
