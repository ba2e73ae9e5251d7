using System.Globalization;
using System.Text;
using System.Text.Json;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.TaskView;

/// <summary>Prints a task's events as they come. Safe to use from the stream and from the approvals at once.</summary>
internal sealed class TaskPrinter(HumanWriter writer, string task, bool asksHere)
{
    private const int ResultLines = 12;
    private const int ResultLength = 2_000;
    private const int InputLines = 40;
    private const int InputLength = 6_000;
    private const int MostMessages = 64;

    private readonly Lock turn = new();
    private readonly Dictionary<string, StringBuilder> pieces = [];
    private string? pieceOf;
    private bool inLine;
    private string? lastMessage;

    /// <summary>Prints one event; types it does not know are passed over.</summary>
    public void Print(TaskEvent @event)
    {
        lock (turn)
        {
            switch (@event.Type)
            {
                case "message":
                    Message(@event);
                    break;
                case "state":
                    Say($"state: {@event.Text("state")}{Because(@event.Text("reason"))}", StateInk(@event.Text("state")));
                    break;
                case "tool_call":
                    Say($"tool: {@event.Text("tool")} {ToolInputView.Summary(@event.Field("input"))}".TrimEnd(), Ink.Accent);
                    break;
                case "tool_result":
                    Result(@event.Text("text") ?? "", @event.Flag("is_error"));
                    break;
                case "approval":
                    Approval(@event);
                    break;
                case "log":
                    Say($"log: {@event.Text("level")}: {@event.Text("text")}", @event.Text("level") is "error" ? Ink.Bad : Ink.Faint);
                    break;
                case "result":
                    Outcome(@event);
                    break;
            }
        }
    }

    /// <summary>Prints something else between two events.</summary>
    public void Between(Action<HumanWriter> write)
    {
        lock (turn)
        {
            EndLine();
            write(writer);
        }
    }

    /// <summary>What a tool wants to do. Returns true where all of it was shown.</summary>
    public bool Request(string? tool, JsonElement? input, bool whole)
    {
        lock (turn)
        {
            EndLine();
            var text = ToolInputView.Whole(input);
            var shown = whole ? new Excerpt(text, null) : Excerpt.Of(text, InputLines, InputLength);
            writer.Line($"{tool ?? "A tool"} asks for approval:", Ink.Warning);
            foreach (var line in shown.Text.Split('\n'))
            {
                writer.Cleaned("  " + line, line.TrimStart() is ['+', ' ', ..] ? Ink.Good : line.TrimStart() is ['-', ' ', ..] ? Ink.Bad : Ink.Plain);
                writer.Cleaned("\n");
            }

            if (shown.LeftOut is { } rest)
                writer.Line($"  … {rest} left out; all of it: aicli task approvals {task}", Ink.Warning);
            return shown.LeftOut is null;
        }
    }

    private void Message(TaskEvent @event)
    {
        var text = @event.Text("text") ?? "";
        if (@event.Text("role") is "user")
        {
            EndLine();
            writer.Block($"you: {text}", Ink.Strong);
            return;
        }

        var id = @event.Text("message_id") ?? "";
        var isPiece = @event.Flag("partial");
        if (pieceOf != id)
            EndLine();
        pieceOf = id;
        var rest = isPiece ? Collect(id, text) : Remainder(id, text);
        var clean = TerminalText.Block(rest);
        if (clean.Length > 0)
        {
            writer.Cleaned(clean);
            inLine = !clean.EndsWith('\n');
        }

        if (isPiece)
            return;
        lastMessage = text;
        EndLine();
    }

    private string Collect(string id, string text)
    {
        if (pieces.Count >= MostMessages)
            pieces.Clear();
        if (!pieces.TryGetValue(id, out var soFar))
            pieces[id] = soFar = new StringBuilder();
        soFar.Append(text);
        return text;
    }

    /// <summary>The whole follows its pieces: only what they lacked is new.</summary>
    private string Remainder(string id, string whole) =>
        !pieces.Remove(id, out var shown) ? whole
        : whole.StartsWith(shown.ToString(), StringComparison.Ordinal) ? whole[shown.Length..]
        : "";

    private void Approval(TaskEvent @event)
    {
        var request = @event.Text("request_id") ?? "";
        if (@event.Text("state") is not "pending")
        {
            var by = @event.Text("decided_by") is { } who ? $" by {who}" : "";
            Say($"approval {@event.Text("state")}{by}: {@event.Text("tool")} (request {request})", Ink.Faint);
            return;
        }

        // Where a person can answer, the question itself shows the request.
        if (asksHere)
            return;
        Request(@event.Text("tool"), @event.Field("input"), whole: false);
        Say($"  allow it: aicli approve {task} {request}", Ink.Faint);
        Say($"  deny it:  aicli deny {task} {request}", Ink.Faint);
    }

    private void Result(string text, bool isError)
    {
        var shown = Excerpt.Of(TerminalText.Block(text).TrimEnd('\n'), ResultLines, ResultLength);
        EndLine();
        if (isError)
            writer.Line("  the tool failed:", Ink.Bad);
        foreach (var line in shown.Text.Split('\n'))
            writer.Line("  " + line.Replace("\t", "    ", StringComparison.Ordinal), Ink.Faint);
        if (shown.LeftOut is { } rest)
            writer.Line($"  … {rest} left out", Ink.Faint);
    }

    private void Outcome(TaskEvent @event)
    {
        if (@event.Text("text") is { Length: > 0 } text && text != lastMessage)
        {
            EndLine();
            writer.Block(text);
        }

        var usage = @event.Field("usage") ?? default;
        var parts = new[]
        {
            @event.Text("outcome"),
            @event.Number("turns") is { } turns ? $"{turns:0} turns" : null,
            TaskEvent.Number(usage, "input_tokens") is { } read ? $"{read:0} tokens in" : null,
            TaskEvent.Number(usage, "output_tokens") is { } written ? $"{written:0} tokens out" : null,
            @event.Number("cost_usd") is { } cost ? Money(cost) : null,
        };
        Say($"result: {string.Join(", ", parts.OfType<string>())}", @event.Text("outcome") is "succeeded" or "success" ? Ink.Good : Ink.Plain);
    }

    private void Say(string line, Ink ink)
    {
        EndLine();
        writer.Line(line, ink);
    }

    private void EndLine()
    {
        if (inLine)
            writer.Cleaned("\n");
        inLine = false;
        pieceOf = null;
    }

    public static string Money(decimal dollars) => string.Create(CultureInfo.InvariantCulture, $"${dollars:0.00##}");

    private static string Because(string? reason) => reason is { Length: > 0 } ? $" ({reason})" : "";

    private static Ink StateInk(string? state) =>
        state is "succeeded" ? Ink.Good
        : state is "waiting_approval" ? Ink.Warning
        : AgentTask.IsFinal(state) ? Ink.Bad
        : Ink.Faint;
}
