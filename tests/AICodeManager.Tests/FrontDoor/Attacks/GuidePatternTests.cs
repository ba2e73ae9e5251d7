using System.Text.RegularExpressions;
using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Tests.FrontDoor.Attacks;

/// <summary>What the guide's seven patterns look for, the detectors find without them; what those fire on wrongly, they do not.</summary>
public sealed class GuidePatternTests
{
    [Theory]
    [InlineData(@"union\s+select", "1 UNION  SELECT name FROM users")]
    [InlineData(@"drop\s+table", "1; DROP TABLE users")]
    [InlineData(@"or\s+1\s*=\s*1", "x' or 1 = 1 --")]
    [InlineData("<script[^>]*>", "<script src=//evil.example/x.js>")]
    [InlineData("javascript:", "<a href=\"javascript:alert(1)\">")]
    [InlineData(@"on\w+\s*=", "<img src=x onerror =alert(1)>")]
    public void Finds_what_the_guides_pattern_looks_for(string pattern, string attack)
    {
        Assert.Matches(new Regex(pattern, RegexOptions.IgnoreCase), attack);
        Assert.Equal(Finding.Strong, Score(attack));
    }

    [Theory]
    [InlineData(@"drop\s+table", "Drop table reservations by phone")]
    [InlineData(@"script\s*:", "Postscript: thanks to all")]
    [InlineData("javascript:", "Course in JavaScript: closures and promises")]
    [InlineData(@"on\w+\s*=", "Reason: once = twice, online = offline")]
    public void Lets_through_what_the_guides_pattern_fires_on(string pattern, string honest)
    {
        Assert.Matches(new Regex(pattern, RegexOptions.IgnoreCase), honest);
        Assert.True(Score(honest) < Finding.Strong);
    }

    private static int Score(string value)
    {
        var found = new Finding[5];
        ValueScanner.Scan(value, FieldKind.Text, found);
        return found.Max(f => f.Score);
    }
}
