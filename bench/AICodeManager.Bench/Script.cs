using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;

namespace AICodeManager.Bench;

/// <summary>What the stand-in for the model answers while tasks are counted.</summary>
internal static class Script
{
    /// <summary>Write, run, change, run, then an end: the shape of a small real task, without a model's thinking time.</summary>
    public static ModelScript FourToolCalls() => new(
    [
        new ScriptRule(ScriptAnswer.Says("A title"), new ScriptCondition(Tools: false)),
        Step(0, "Write", new JsonObject { ["file_path"] = "/workspace/numbers.txt", ["content"] = "one\ntwo\nthree\n" }),
        Step(1, "Bash", new JsonObject { ["command"] = "wc -l numbers.txt && git status --short", ["description"] = "Count" }),
        Step(2, "Edit", new JsonObject { ["file_path"] = "/workspace/numbers.txt", ["old_string"] = "two", ["new_string"] = "2" }),
        Step(3, "Bash", new JsonObject { ["command"] = "grep -n 2 numbers.txt", ["description"] = "Look" }),
        new ScriptRule(ScriptAnswer.Says("Done.")),
    ]);

    private static ScriptRule Step(int toolResults, string tool, JsonObject input) =>
        new(new ScriptAnswer([new ScriptBlock(Tool: tool, Input: input)]), new ScriptCondition(ToolResults: toolResults));
}
