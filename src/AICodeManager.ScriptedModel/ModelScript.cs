using System.Text.Json;
using System.Text.Json.Serialization;

namespace AICodeManager.ScriptedModel;

/// <summary>What the stand-in answers: the first rule whose condition fits and that has uses left decides.</summary>
/// <param name="RequireKey">When set, a call with another <c>x-api-key</c> gets 401.</param>
public sealed record ModelScript(IReadOnlyList<ScriptRule> Rules, string? RequireKey = null)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Reads a script document.</summary>
    /// <exception cref="JsonException">Not a script; the text names the place.</exception>
    public static ModelScript Parse(string json) =>
        JsonSerializer.Deserialize<ModelScript>(json, Json) ?? throw new JsonException("The script is null; it must be an object with 'rules'.");

    /// <summary>The script that ships with the program: writes <c>hello.txt</c>, reads it back, says so.</summary>
    public static ModelScript Demo()
    {
        using var stream = typeof(ModelScript).Assembly.GetManifestResourceStream("demo.json")
            ?? throw new InvalidOperationException("demo.json is not embedded.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>A script that gives one answer to everything.</summary>
    public static ModelScript Always(ScriptAnswer answer) => new([new ScriptRule(answer)]);
}

/// <param name="When">The condition; absent: fits everything.</param>
/// <param name="Times">How often the rule may answer; absent: without end.</param>
public sealed record ScriptRule(ScriptAnswer Answer, ScriptCondition? When = null, int? Times = null);

/// <summary>All members that are present must fit.</summary>
/// <param name="ToolResults">Number of tool results since the user's last message.</param>
/// <param name="TextContains">Part of the user's last message, in any case.</param>
/// <param name="Tools">Whether the call offers tools.</param>
/// <param name="ToolFailed">Whether the last tool result is an error (refused by the user, for example).</param>
public sealed record ScriptCondition(
    int? ToolResults = null, string? TextContains = null, string? Model = null, bool? Tools = null, bool? ToolFailed = null)
{
    internal bool Fits(Conversation talk) =>
        (ToolResults is null || ToolResults == talk.ToolResults)
        && (TextContains is null || talk.LastUserText.Contains(TextContains, StringComparison.OrdinalIgnoreCase))
        && (Model is null || Model == talk.Model)
        && (Tools is null || Tools == talk.HasTools)
        && (ToolFailed is null || ToolFailed == talk.LastToolFailed);
}
