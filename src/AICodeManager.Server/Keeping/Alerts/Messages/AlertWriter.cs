using System.Globalization;
using System.Text;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Alerts.Messages;

/// <summary>Puts an alert into words: what happened, the facts, what to do. Plain text, the same for every channel.</summary>
internal static class AlertWriter
{
    private const string Product = "AICode Manager";

    public static AlertMessage Write(Guid deliveryId, AlertContent content, AlertLanguage language, DateTimeOffset now)
    {
        var words = AlertWords.In(language);
        // A newer node may have raised what this one has no words for: its name is better than silence.
        var kind = words.Kinds.GetValueOrDefault(content.Kind) ?? new KindWords(content.Kind, "");
        var title = $"[{Product}] {(content.Part > 0 ? words.Continued : "")}{kind.Title}";
        return new(deliveryId, content, title, Text(content, words, kind), now);
    }

    private static string Text(AlertContent content, AlertWords words, KindWords kind)
    {
        var text = new StringBuilder();
        if (kind.What.Length > 0)
            text.Append(kind.What).Append("\n\n");
        if (content.HeldBack > 0)
            text.Append(words.HeldBack(content.HeldBack)).Append("\n\n");
        Line(words.Severity, words.Severities[content.Severity]);
        if (content.Subject.Length > 0)
            Line(words.Subject, content.Subject == RaisedAlert.Many ? words.Several : content.Subject);
        foreach (var (name, value) in content.Facts)
            Line(words.Facts.GetValueOrDefault(name) ?? name, value);
        if (content.Kind != AlertKinds.Test)
        {
            Line(words.Occurrences, content.Occurrences.ToString(CultureInfo.InvariantCulture));
            Line(words.FirstAt, Moment(content.FirstAt));
        }

        Line(words.LastAt, Moment(content.LastAt));
        Line(words.AlertId, content.AlertId.ToString("D"));
        if (kind.Advice.Count > 0)
        {
            text.Append('\n').Append(words.ToDo).Append(":\n");
            foreach (var step in kind.Advice)
                text.Append("- ").Append(step).Append('\n');
        }

        return text.ToString();

        void Line(string name, string value) => text.Append(name).Append(": ").Append(value).Append('\n');
    }

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
