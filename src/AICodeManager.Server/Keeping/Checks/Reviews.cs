namespace AICodeManager.Server.Keeping.Checks;

/// <summary>The reviews of spec A20: the checklist of a deployment, and what is looked at again and again.</summary>
[Flags]
public enum Reviews
{
    None = 0,
    Deployment = 1,
    Weekly = 2,
    Monthly = 4,
    Quarterly = 8,
    Yearly = 16,
    All = Deployment | Weekly | Monthly | Quarterly | Yearly,
}

/// <summary>The words for reviews, and the time that each looks back over.</summary>
public static class ReviewWords
{
    private static readonly (Reviews Review, string Word, int Days)[] Table =
    [
        (Reviews.Deployment, "deployment", 7), (Reviews.Weekly, "weekly", 7), (Reviews.Monthly, "monthly", 30),
        (Reviews.Quarterly, "quarterly", 90), (Reviews.Yearly, "yearly", 365),
    ];

    /// <summary>Every word, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Word)];

    public static IReadOnlyList<string> Of(Reviews reviews) => [.. Table.Where(row => reviews.HasFlag(row.Review)).Select(row => row.Word)];

    /// <summary>Null where the word names no review.</summary>
    public static Reviews? Read(string word) => Table.FirstOrDefault(row => row.Word == word) is { Word: not null } row ? row.Review : null;

    /// <summary>What is counted is counted over this time, and compared with as long a time before: of several reviews the shortest.</summary>
    public static TimeSpan Period(Reviews reviews) => TimeSpan.FromDays(Table.First(row => reviews.HasFlag(row.Review)).Days);
}
