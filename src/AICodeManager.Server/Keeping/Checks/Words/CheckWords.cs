namespace AICodeManager.Server.Keeping.Checks.Words;

/// <summary>A text in the languages of the dashboard.</summary>
public sealed record Wording(string En, string Ko);

/// <summary>What an item is called, as a statement that holds where it passes, and what to do where it does not.</summary>
internal sealed record ItemWords(string Title, string ToDo);

/// <summary>The words of the checks.</summary>
internal static class CheckWords
{
    public static Wording Title(string id) => new(English.Items[id].Title, Korean.Items[id].Title);

    public static Wording ToDo(string id) => new(English.Items[id].ToDo, Korean.Items[id].ToDo);

    public static string Of(CheckResult result) => result switch
    {
        CheckResult.Pass => "pass",
        CheckResult.Warn => "warn",
        CheckResult.Fail => "fail",
        _ => "skip",
    };
}
