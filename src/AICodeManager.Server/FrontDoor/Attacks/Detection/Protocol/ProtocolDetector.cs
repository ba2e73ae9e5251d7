using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>
/// Values that speak a protocol: a second header or request behind a line's end, a document type with entities, an address
/// inside the machine or its cloud, a session's cookie set by script.
/// </summary>
internal static class ProtocolDetector
{
    private static readonly SearchValues<char> Signs = SearchValues.Create("\n%<=:\\\u560A\u560D");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        var found = Targets.JudgeWhole(folded);
        if (found.Score >= Finding.Strong)
            return found;
        for (var at = folded.IndexOfAny(Signs); at >= 0; at = folded.Next(Signs, at + 1))
        {
            var finding = folded[at] switch
            {
                '<' => Documents.Judge(folded, at),
                ':' => folded.At(at + 1) == '/' && folded.At(at + 2) == '/' && at > 0 ? Targets.Host(folded, at + 3) : default,
                '=' => Targets.Assigned(folded, at),
                _ => LineBreaks.Judge(folded, at),
            };
            if (finding.Score >= Finding.Strong)
                return finding;
            if (finding.Any)
                found = finding;
        }

        return found;
    }

    /// <summary>Only for the value of <c>User-Agent</c>: programs that look for holes and say so.</summary>
    public static Finding JudgeUserAgent(ReadOnlySpan<char> folded) =>
        folded.ContainsAny(ProtocolWords.Scanners) ? Strong("scanner.agent") : default;

    internal static Finding Strong(string rule) => new(AttackClass.Protocol, Finding.Strong, rule);

    internal static Finding Weak(string rule) => new(AttackClass.Protocol, Finding.Weak, rule);
}
