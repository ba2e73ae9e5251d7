using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

/// <summary>The detectors beside SQL on whatever may stand in a value: no exception, no garbage, no more work than the value is long.</summary>
public sealed class ForeignDetectorFuzzTests
{
    private delegate Finding Judge(ReadOnlySpan<char> folded);

    private static readonly Judge[] Detectors =
        [MarkupDetector.Judge, ShellDetector.Judge, PathDetector.Judge, TemplateDetector.Judge, ProtocolDetector.Judge, ProtocolDetector.JudgeUserAgent];

    private static readonly string[] Pieces =
    [
        "<", ">", "</", "<a ", "<script", "<svg ", "<style>", "<!--", "<?", "<%", "%>", "=", "\"", "'", "`", "on", "onx=", "style=", "javascript:", "data:", "&#", "&#x6a;", "&Tab;", "\\", "\\u0061",
        "\\x3c", "/*", "*/", "alert", "(", ")", "[", "]", "{", "}", "{{", "}}", "${", "#{", "{%", "@{", "$", "$ne", "$(", "$@", "${x//", ";", "|", "&", "&&", "\n", " ", "cat", "id", "/etc/", "passwd", "..", "../",
        "..\\", "%2e", "%252f", "%c0%af", "%u2215", "%%32%65", "0x2e", "0x", "/", ".", ":", "://", "http:", "[::", "@", "java.", "constructor", "__", "O:8:\"", "*)(", "(uid=", "while(", "() {", "if ", "for %", "%0a",
        "Set-Cookie:", "<!ENTITY", "\u560A", "한글", "+ADw-", "![]", "-", "~", "1", "x", "\uD83D", "\uFFFF",
    ];

    [Fact]
    public void Random_pieces_throw_nothing()
    {
        var random = new Random(5120);
        for (var i = 0; i < 20_000; i++)
        {
            var value = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            foreach (var judge in Detectors)
                judge(value);
        }
    }

    [Fact]
    public void Random_characters_throw_nothing()
    {
        var random = new Random(5121);
        var value = new char[400];
        for (var i = 0; i < 5_000; i++)
        {
            var length = random.Next(value.Length);
            for (var at = 0; at < length; at++)
                value[at] = (char)(random.Next(5) == 0 ? random.Next(0x10000) : random.Next(0x7F));
            foreach (var judge in Detectors)
                judge(value.AsSpan(0, length));
        }
    }

    [Fact]
    public void Every_beginning_and_end_of_an_attack_throws_nothing()
    {
        const string attack = "\"><img src=&#106;x onerror\\x09=alert`1`>;c\\at$IFS/et[c]/pas?wd|{{7*'7'}}${jndi:x}%252e%252e/..%c0%af0x2e\nSet-Cookie: <!DOCTYPE a [ SYSTEM http://0x7f.1/ *)(|(u=";
        for (var at = 0; at <= attack.Length; at++)
            foreach (var judge in Detectors)
            {
                judge(attack.AsSpan(0, at));
                judge(attack.AsSpan(at));
            }
    }

    /// <summary>
    /// A detector that looks back or ahead without a bound does a thousand times the work on these; then this test runs for
    /// minutes and the run's own limit ends it. The clock itself is not asked.
    /// </summary>
    [Fact]
    public void Long_repetitions_are_no_more_work_than_they_are_long()
    {
        foreach (var piece in Pieces)
        {
            var value = string.Concat(Enumerable.Repeat(piece, (1 << 18) / piece.Length));
            foreach (var judge in Detectors)
                judge(value);
        }
    }

    [Fact]
    public void Honest_values_make_no_garbage()
    {
        string[] values =
        [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "/api/v1/projects", "Fix <b> & 'quotes' in `code` (see #12); thanks",
            "https://example.com/a?b=c&d=e", "${HOME} {{name}} 100% ../x", "첫 줄\n둘째 줄: 값",
        ];
        foreach (var value in values)
            foreach (var judge in Detectors)
                judge(value);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            foreach (var value in values)
                foreach (var judge in Detectors)
                    judge(value);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
