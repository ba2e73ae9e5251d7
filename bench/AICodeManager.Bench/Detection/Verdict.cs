namespace AICodeManager.Bench.Detection;

/// <summary>What became of one request.</summary>
/// <param name="Refused">Whether the server would refuse it in the mode <c>block</c>.</param>
/// <param name="Rule">The rule that weighed most; empty where nothing was seen.</param>
internal sealed record Verdict(CorpusRow Row, bool Refused, string Rule);
