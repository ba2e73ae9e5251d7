namespace AICodeManager.Server.Keeping.Audit;

/// <summary>What verification found.</summary>
/// <param name="Intact">Every entry that was ever acknowledged is there, unchanged and in its order, or was removed by retention.</param>
/// <param name="Events">Entries of chains that were looked at.</param>
/// <param name="Faults">The first bad entry of each chain; at most <see cref="MostFaults"/>.</param>
public sealed record AuditReport(bool Intact, long Events, IReadOnlyList<AuditFault> Faults)
{
    public const int MostFaults = 1_000;

    /// <summary>As many notes as are told.</summary>
    public const int MostNotes = 200;

    public int Chains { get; init; }

    /// <summary>Events that were written before there were chains; nothing proves them.</summary>
    public long BeforeChain { get; init; }

    /// <summary>Signed checkpoints that hold.</summary>
    public long Checkpoints { get; init; }

    /// <summary>Ids of the keys that checkpoints are signed with: SHA-256 of the public key, base64url.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>What is no fault but may matter: clocks that jumped, runs that were killed.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>The first entry of a chain that is not as it was written.</summary>
/// <param name="Kind">One of <see cref="AuditFaultKind"/>.</param>
/// <param name="Chain">Null where it is about no chain.</param>
/// <param name="Sequence">The place in the chain; null where the fault has none.</param>
/// <param name="Id">The event that stands there now; null where none does.</param>
/// <param name="Detail">For people.</param>
public sealed record AuditFault(string Kind, string? Chain, long? Sequence, string? Id, string Detail)
{
    public override string ToString() =>
        $"{Kind}: {(Chain is null ? "" : $"chain {Chain}, ")}{(Sequence is null ? "" : $"sequence {Sequence}, ")}{(Id is null ? "" : $"event {Id}, ")}{Detail}";
}

/// <summary>Words for what can be wrong.</summary>
public static class AuditFaultKind
{
    /// <summary>A field, the link or the chain's own row was changed.</summary>
    public const string Altered = "altered";

    /// <summary>An entry within a chain, or a whole chain, is missing.</summary>
    public const string Deleted = "deleted";

    /// <summary>An entry stands at the place of another one.</summary>
    public const string Reordered = "reordered";

    /// <summary>The end of a chain is missing.</summary>
    public const string CutOff = "cut_off";

    /// <summary>An entry that this server never wrote.</summary>
    public const string Foreign = "foreign";

    /// <summary>A checkpoint was changed, removed, or says otherwise than the chain.</summary>
    public const string BadCheckpoint = "bad_checkpoint";

    /// <summary>The chain cannot be checked: no configured key made it.</summary>
    public const string KeyMissing = "key_missing";

    /// <summary>The store does not give the entry back: a damaged page, a line that is no entry.</summary>
    public const string Unreadable = "unreadable";
}

/// <summary>How far verification is.</summary>
public readonly record struct AuditProgress(long Checked, long Total);
