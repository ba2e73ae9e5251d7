using System.Buffers;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;

namespace AICodeManager.Bench.Detection;

/// <summary>A request of a corpus, made ready to be scanned as the server's two layers scan: head, then body.</summary>
internal sealed class CorpusRequest(CorpusRow row)
{
    /// <summary>What the product's thresholds are by default: one strong sign.</summary>
    private const int Threshold = Finding.Strong;

    private static readonly AttackClass[] Classes = Enum.GetValues<AttackClass>();

    private readonly FieldKinds kinds = DemoFields.Of(row.Path);
    private readonly ReadOnlySequence<byte> body = new(row.Body);
    private readonly string? contentType = row.Header("Content-Type");

    public CorpusRow Row => row;

    /// <summary>What the two layers find.</summary>
    public (Findings? Head, Findings? Body) Scan(PatternRules patterns)
    {
        var head = new RequestScanner(kinds, patterns);
        head.Path(row.Path);
        head.Query(row.Query);
        foreach (var (name, value) in row.Headers)
        {
            if (ScannedHeaders.Skips(name))
                continue;
            if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
                head.Cookies(value);
            else if (!ScannedHeaders.IsPlainList(name, value))
                head.Header(name, value);
        }

        var content = new RequestScanner(kinds, patterns);
        content.Body(contentType, body);
        return (head.Found, content.Found);
    }

    public Verdict Judge(PatternRules patterns)
    {
        var (head, content) = Scan(patterns);
        var (most, rule) = (0, "");
        foreach (var of in Classes)
        {
            foreach (var found in (Findings?[])[head, content])
            {
                if (found?.ScoreOf(of) > most)
                    (most, rule) = (found.ScoreOf(of), found.StrongestOf(of).Finding.Rule);
            }
        }

        return new(row, most >= Threshold, rule);
    }
}
