using System.Text;
using System.Text.Json;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.TaskView;

/// <summary>What a tool is about to do, for a person to read: a command, an edit as removed and added lines, else its fields.</summary>
/// <remarks>Every field of the input is shown under some name: what decides about it must not be able to hide in it.</remarks>
internal static class ToolInputView
{
    private const int SummaryLength = 160;

    /// <summary>One line: the field that tells most.</summary>
    public static string Summary(JsonElement? input)
    {
        if (input is not { } value)
            return "";
        foreach (var name in (ReadOnlySpan<string>)["command", "file_path", "notebook_path", "pattern", "path", "url", "query", "description"])
            if (value.ValueKind is JsonValueKind.Object && value.TryGetProperty(name, out var field) && field.ValueKind is JsonValueKind.String)
                return Short(field.GetString()!);
        return Short(value.GetRawText());
    }

    /// <summary>All of it, cleaned, one field after another.</summary>
    public static string Whole(JsonElement? input)
    {
        var text = new StringBuilder();
        if (input is { ValueKind: JsonValueKind.Object } fields)
            Fields(text, fields, "");
        else if (input is { } value)
            text.Append(TerminalText.Exact(value.GetRawText())).Append('\n');
        return text.ToString().TrimEnd('\n');
    }

    private static void Fields(StringBuilder text, JsonElement fields, string indent)
    {
        foreach (var field in fields.EnumerateObject())
        {
            switch (field.Name, field.Value.ValueKind)
            {
                case ("old_string", JsonValueKind.String):
                    Lines(text, indent + "- ", field.Value.GetString()!);
                    break;
                case ("new_string" or "content" or "new_source", JsonValueKind.String):
                    Lines(text, indent + "+ ", field.Value.GetString()!);
                    break;
                case ("edits", JsonValueKind.Array):
                    Edits(text, field.Value, indent);
                    break;
                case (_, JsonValueKind.String):
                    Named(text, indent, field.Name, field.Value.GetString()!);
                    break;
                default:
                    Named(text, indent, field.Name, field.Value.GetRawText());
                    break;
            }
        }
    }

    private static void Edits(StringBuilder text, JsonElement edits, string indent)
    {
        var number = 0;
        foreach (var edit in edits.EnumerateArray())
        {
            text.Append(indent).Append("edit ").Append(++number).Append(":\n");
            if (edit.ValueKind is JsonValueKind.Object)
                Fields(text, edit, indent + "  ");
            else
                Lines(text, indent + "  ", edit.GetRawText());
        }
    }

    private static void Named(StringBuilder text, string indent, string name, string value)
    {
        text.Append(indent).Append(TerminalText.Line(name)).Append(':');
        if (!value.Contains('\n'))
        {
            text.Append(' ').Append(TerminalText.Exact(value)).Append('\n');
            return;
        }

        text.Append('\n');
        Lines(text, indent + "  ", value);
    }

    private static void Lines(StringBuilder text, string mark, string value)
    {
        foreach (var line in TerminalText.Exact(value).Split('\n'))
            text.Append(mark).Append(line).Append('\n');
    }

    private static string Short(string text) => Excerpt.Of(text.Trim(), 1, SummaryLength).ToString();
}
