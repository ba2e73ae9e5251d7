using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>
/// Values that speak a protocol: a second header or request behind a line's end, a document type with entities, an address
/// inside the machine or its cloud, a session's name and value given from outside.
/// </summary>
internal static class ProtocolDetector
{
    private static readonly SearchValues<char> Signs = SearchValues.Create("\n%<:=/\\!");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        if (!folded.ContainsAny(Signs))
            return default;
        var worst = LineBreaks.Judge(folded);
        if (worst.Score < Finding.Strong && folded.Contains('<'))
            worst = Heavier(worst, Documents.Judge(folded));
        if (worst.Score < Finding.Strong)
            worst = Heavier(worst, Targets.Judge(folded));
        return worst;
    }

    /// <summary>Only for the value of <c>User-Agent</c>: programs that look for holes and say so.</summary>
    public static Finding JudgeUserAgent(ReadOnlySpan<char> folded) =>
        folded.ContainsAny(ProtocolWords.Scanners) ? Strong("scanner.agent") : default;

    internal static Finding Strong(string rule) => new(AttackClass.Protocol, Finding.Strong, rule);

    internal static Finding Weak(string rule) => new(AttackClass.Protocol, Finding.Weak, rule);

    private static Finding Heavier(Finding one, Finding other) => other.Score > one.Score ? other : one;
}
