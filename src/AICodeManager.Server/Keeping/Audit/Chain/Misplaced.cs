namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Says what was done to the first entry that does not stand on the one before it, by looking for the entry that would.
/// Judges what it is shown; the caller bounds that.
/// </summary>
internal static class Misplaced
{
    // A renumbered gap of more entries is told as an alteration.
    private const int MostShifted = 16;

    /// <param name="there">The entry at fault and those behind it, as they stand in the store.</param>
    public static (string Kind, string Detail) Judge(ChainKeys keys, ChainHead head, IReadOnlyList<AuditEntry> there)
    {
        var first = there[0];
        for (var i = 1; i < there.Count; i++)
        {
            var other = there[i];
            if (LinkOf(keys, head, other, first) is not { } link)
            {
                continue;
            }

            var next = head with { Sequence = head.Sequence + 1, Link = link };
            return i > 1 || LinkOf(keys, next, first, other) is not null
                ? (AuditFaultKind.Reordered, $"the event {other.Id}, now at sequence {other.Sequence}, belongs here")
                : (AuditFaultKind.Foreign, "it was put in between; the entry behind it belongs here");
        }

        for (var gone = 1; gone <= MostShifted && there.Count > 1 && first.Link is { } stands; gone++)
        {
            if (ChainLink.Fits(keys, head with { Sequence = head.Sequence + 1 + gone, Link = stands }, there[1], there[1].Link))
            {
                return (AuditFaultKind.Deleted, $"{gone} {(gone == 1 ? "entry is" : "entries are")} missing here, and the numbers behind were changed to hide it");
            }
        }

        return (AuditFaultKind.Altered, "its fields do not match its link");
    }

    // Whoever swaps two entries may leave the links where they were or take them along.
    private static string? LinkOf(ChainKeys keys, ChainHead head, AuditEntry entry, AuditEntry other) =>
        ChainLink.Fits(keys, head, entry, entry.Link) ? entry.Link
        : ChainLink.Fits(keys, head, entry, other.Link) ? other.Link
        : null;
}
