using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Alerts.Messages;
using AICodeManager.Tests.Docs;

namespace AICodeManager.Tests.Keeping.Alerts;

/// <summary>Every kind of alert has words in both languages, and a row in the guide.</summary>
public sealed class WordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, AlertLanguage> All => new(
        from kind in AlertKinds.All from language in Enum.GetValues<AlertLanguage>() select (kind, language));

    [Theory, MemberData(nameof(All))]
    public void Every_kind_says_what_happened_the_facts_and_what_to_do(string kind, AlertLanguage language)
    {
        var words = AlertWords.In(language).Kinds[kind];
        var message = Write(kind, language, part: 0);

        Assert.All([words.Title, words.What, .. words.Advice], text => Assert.False(string.IsNullOrWhiteSpace(text)));
        Assert.Equal($"[AICode Manager] {words.Title}", message.Title);
        Assert.All([words.What, .. words.Advice, "203.0.113.7", "s1"], text => Assert.Contains(text, message.Text, StringComparison.Ordinal));
        Assert.Equal(language == AlertLanguage.Korean, message.Title.Any(IsHangul));
        Assert.Equal(language == AlertLanguage.Korean, message.Text.Any(IsHangul));
        Assert.DoesNotContain(message.Text, c => char.IsControl(c) && c != '\n');
        Assert.True(message.Text.Length < 3_000);
    }

    [Fact]
    public void Both_languages_know_the_same_things()
    {
        var (english, korean) = (AlertWords.In(AlertLanguage.English), AlertWords.In(AlertLanguage.Korean));
        Assert.Equal(AlertKinds.All.Order(), english.Kinds.Keys.Order());
        Assert.Equal(AlertKinds.All.Order(), korean.Kinds.Keys.Order());
        Assert.Equal(english.Facts.Keys.Order(), korean.Facts.Keys.Order());
        Assert.Equal(Enum.GetValues<AlertSeverity>(), english.Severities.Keys.Order());
        Assert.Equal(Enum.GetValues<AlertSeverity>(), korean.Severities.Keys.Order());
        Assert.All(AlertKinds.All, kind => Assert.Equal(english.Kinds[kind].Advice.Count, korean.Kinds[kind].Advice.Count));
    }

    [Theory]
    [InlineData(AlertLanguage.English, "3 more times")]
    [InlineData(AlertLanguage.Korean, "3번 더")]
    public void A_summary_says_how_much_was_held_back(AlertLanguage language, string words) =>
        Assert.Contains(words, Write(AlertKinds.Blocked, language, part: 1).Text, StringComparison.Ordinal);

    [Fact]
    public void A_kind_of_a_newer_node_is_told_by_its_name() =>
        Assert.Contains("moon_landed", Write("moon_landed", AlertLanguage.Korean, part: 0).Title, StringComparison.Ordinal);

    [Fact]
    public void Every_kind_stands_in_the_guide() =>
        Assert.Equal(AlertKinds.All.Order(StringComparer.Ordinal), Repository.FirstColumn("alerts.md", "Kinds"));

    private static AlertMessage Write(string kind, AlertLanguage language, long part) => AlertWriter.Write(
        Guid.CreateVersion7(),
        new(Guid.CreateVersion7(), kind, AlertSeverity.Warning, "s1", new() { ["address"] = "203.0.113.7" }, part, 5, part * 3, Now, Now),
        language, Now);

    private static bool IsHangul(char c) => c is >= '가' and <= '힣';
}
