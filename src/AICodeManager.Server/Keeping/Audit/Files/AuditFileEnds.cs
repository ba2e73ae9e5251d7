using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit.Files;

/// <summary>Where the chains before this one end in the files, as their last whole lines say.</summary>
internal static class AuditFileEnds
{
    /// <summary>A line for each of the newest 128 chains, in the form of <see cref="ChainOpening.Earlier"/>.</summary>
    public static IEnumerable<string> Of(string folder) => AuditFileName.In(folder)
        .GroupBy(file => file.ChainId)
        .TakeLast(ChainOpening.MostEarlier)
        .Select(chain => chain.Reverse().Select(file => BackwardLines.Read(file.Path).Select(AuditFileLine.Parse).OfType<AuditEntry>().FirstOrDefault())
            .OfType<AuditEntry>().FirstOrDefault())
        .OfType<AuditEntry>()
        .Select(last => $"{last.ChainId} {last.Sequence} {last.Link}");
}
