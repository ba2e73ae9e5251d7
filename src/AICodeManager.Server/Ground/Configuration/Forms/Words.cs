using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Values of which only a few exist.</summary>
internal static class Words
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static readonly Form<bool> Switch = OneOf(("true", true), ("false", false));

    /// <summary>Exactly one of the words, in lower case or as listed.</summary>
    public static Form<T> OneOf<T>(params (string Word, T Value)[] words)
    {
        var list = string.Join(", ", words.Select(pair => pair.Word));
        return new(list, text =>
        {
            foreach (var (word, value) in words)
            {
                if (word == text)
                    return Outcome.Of(value);
            }
            return Outcome.Wrong<T>("is not one of the accepted words");
        });
    }

    /// <summary>One of the words, read as itself.</summary>
    public static Form<string> OneOf(params string[] words) => OneOf([.. words.Select(word => (word, word))]);

    /// <summary>A protection that has a key in the guide but no way to turn it off.</summary>
    public static readonly Form<bool> AlwaysOn = new("true", text =>
        text == "true" ? Outcome.Of(true)
        : Outcome.Wrong<bool>(text == "false" ? "is refused: this protection cannot be switched off" : "is not one of the accepted words"));
}
