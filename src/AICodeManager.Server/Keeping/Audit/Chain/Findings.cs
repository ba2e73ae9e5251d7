namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>Gathers what a verification finds: the first fault of each chain, and bounded in number.</summary>
internal sealed class Findings(IProgress<AuditProgress>? progress, long total)
{
    private const int ProgressEvery = 1_000;

    private readonly List<AuditFault> faults = [];
    private readonly List<string> notes = [];
    private readonly HashSet<string> faulty = [];
    private bool intact = true;

    public long Events { get; private set; }
    public int Chains { get; set; }
    public long Checkpoints { get; set; }
    public long BeforeChain { get; set; }

    public void Add(string kind, string? chain, long? sequence, string? id, string detail)
    {
        intact = false;
        if (faults.Count < AuditReport.MostFaults && (chain is null || faulty.Add(chain)))
        {
            faults.Add(new AuditFault(kind, chain, sequence, id, detail));
        }
    }

    public bool IsFaulty(string chain) => faulty.Contains(chain);

    public void Note(string note)
    {
        if (notes.Count < AuditReport.MostNotes)
        {
            notes.Add(note);
        }
    }

    public void Count()
    {
        if (++Events % ProgressEvery == 0)
        {
            progress?.Report(new AuditProgress(Events, Math.Max(Events, total)));
        }
    }

    public AuditReport Report(IReadOnlyList<string> keys) => new(intact, Events, faults)
    {
        Chains = Chains, BeforeChain = BeforeChain, Checkpoints = Checkpoints, Keys = keys, Notes = notes,
    };
}
