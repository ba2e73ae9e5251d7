using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Alerts.Messages;

/// <summary>What is said about one kind of alert.</summary>
/// <param name="Title">A few words, for a subject line.</param>
/// <param name="What">What happened and what it may mean, in a sentence or two.</param>
/// <param name="Advice">What to do now: each a sentence of its own.</param>
internal sealed record KindWords(string Title, string What, params IReadOnlyList<string> Advice);

/// <summary>One language. A new kind of alert needs words in each; a test sees to it.</summary>
internal sealed record AlertWords
{
    public required IReadOnlyDictionary<string, KindWords> Kinds { get; init; }

    /// <summary>Names of facts; a fact without one is shown under its own.</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    public required IReadOnlyDictionary<AlertSeverity, string> Severities { get; init; }

    /// <summary>Before the title of a summary.</summary>
    public required string Continued { get; init; }

    /// <summary>The subject <c>*</c>.</summary>
    public required string Several { get; init; }

    /// <summary>How many occurrences were held back since the message before.</summary>
    public required Func<long, string> HeldBack { get; init; }

    public required string Severity { get; init; }
    public required string Subject { get; init; }
    public required string Occurrences { get; init; }
    public required string FirstAt { get; init; }
    public required string LastAt { get; init; }
    public required string ToDo { get; init; }
    public required string AlertId { get; init; }

    public static AlertWords In(AlertLanguage language) => language == AlertLanguage.Korean ? KoreanWords.All : EnglishWords.All;
}
