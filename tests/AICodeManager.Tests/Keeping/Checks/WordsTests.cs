using AICodeManager.Server.Keeping.Checks;
using AICodeManager.Server.Keeping.Checks.Words;
using AICodeManager.Tests.Docs;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>Every item has words in both languages and a row in the guide that says the same.</summary>
public sealed class WordsTests
{
    [Fact]
    public void Both_languages_name_every_item()
    {
        var ids = CheckTable.Items.Select(item => item.Id).Order().ToList();
        Assert.Equal(ids, English.Items.Keys.Order());
        Assert.Equal(ids, Korean.Items.Keys.Order());
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(Korean.Items.Values, words => Assert.Contains(words.Title + words.ToDo, c => c is >= '가' and <= '힣'));
        Assert.All(English.Items.Values, words => Assert.EndsWith(".", words.ToDo, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_item_stands_in_the_guide_with_its_reviews()
    {
        var expected = CheckTable.Items.Select(item =>
            $"| `{item.Id}` | {English.Items[item.Id].Title} | {string.Join(", ", ReviewWords.Of(item.Reviews))} | {English.Items[item.Id].ToDo} |");
        var guide = Repository.Guide("checks.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(expected, guide);
    }

    [Fact]
    public void Every_item_belongs_to_a_review_and_every_review_has_items()
    {
        Assert.All(CheckTable.Items, item => Assert.NotEqual(Reviews.None, item.Reviews));
        Assert.All(ReviewWords.Names, name => Assert.Contains(CheckTable.Items, item => item.Reviews.HasFlag(ReviewWords.Read(name)!.Value)));
        Assert.Null(ReviewWords.Read("daily"));
        Assert.Equal(TimeSpan.FromDays(90), ReviewWords.Period(Reviews.Quarterly | Reviews.Yearly));
    }
}
