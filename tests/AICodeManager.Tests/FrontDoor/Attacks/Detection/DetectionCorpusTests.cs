using System.Runtime.CompilerServices;
using AICodeManager.Bench.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

/// <summary>
/// The gates of detection on corpora by others, the same that <c>bench/detection</c> reports on. They lie beside the repository
/// (<c>../shared/attacks</c>) or where <c>AICLI_ATTACKS</c> says; where there are none, the tests are skipped.
/// </summary>
public sealed class DetectionCorpusTests(DetectionCorpusTests.Verdicts verdicts) : IClassFixture<DetectionCorpusTests.Verdicts>
{
    private static readonly string[] NeverRefused =
        ["faker-names", "techinterview-ko-line", "techinterview-ko-title", "httpparams-norm", "repo-urls", "sqlmap-useragents"];

    [Fact]
    public void Sql_injection_is_found_in_every_source_and_place()
    {
        var attacks = verdicts.All.Where(v => v.Row is { IsAttack: true, Class: "sqli", Tier: "strong" }).ToList();
        Assert.InRange(Share(attacks), 95, 100);
        Assert.InRange(attacks.GroupBy(v => v.Row.Source).Where(g => g.Count() >= 20).Average(Share), 90, 100);
        // What CRS tests its own rules with holds single words and halves; it counts in the means above.
        Assert.All(attacks.GroupBy(v => v.Row.Placement).Where(g => g.Key != "crs" && g.Count() >= 20), place => Assert.InRange(Share(place), 90, 100));
    }

    [Fact]
    public void Honest_values_pass()
    {
        var honest = verdicts.All.Where(v => v.Row is { IsAttack: false, Placement: "scanned", Tier: "strong" }).ToList();
        Assert.InRange(Share(honest), 0, 0.2);
        Assert.DoesNotContain(honest, v => v.Refused && NeverRefused.Contains(v.Row.Source));
    }

    [Fact]
    public void Fields_that_carry_code_are_never_refused()
    {
        var code = verdicts.All.Where(v => v.Row is { IsAttack: false, Placement: "code-field" }).ToList();
        Assert.NotEmpty(code);
        Assert.DoesNotContain(code, v => v.Refused);
    }

    private static double Share(IEnumerable<Verdict> group) => group.Average(v => v.Refused ? 100.0 : 0.0);

    public sealed class Verdicts : IAsyncLifetime
    {
        private IReadOnlyList<Verdict> all = [];

        internal IReadOnlyList<Verdict> All
        {
            get
            {
                Assert.SkipUnless(all.Count > 0, "the corpora of attacks are not here: put them into ../shared/attacks or name their folder in AICLI_ATTACKS");
                return all;
            }
        }

        public async ValueTask InitializeAsync()
        {
            var folder = Folder();
            if (!File.Exists(Path.Combine(folder, "attack.jsonl.gz")))
                return;
            using var data = new TempFolder();
            var settings = ConfigurationLoader.Load(new Dictionary<string, string> { ["AICLI_DATA"] = data.Path }, data.Path).Settings;
            var patterns = new PatternRules(settings.Monitoring.AttackDetection);
            var rows = await CorpusRow.ReadAsync(folder, TestContext.Current.CancellationToken);
            all = [.. rows.Select(row => new CorpusRequest(row).Judge(patterns))];
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string Folder([CallerFilePath] string here = "") =>
            Environment.GetEnvironmentVariable("AICLI_ATTACKS")
            ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../../../shared/attacks"));
    }
}
