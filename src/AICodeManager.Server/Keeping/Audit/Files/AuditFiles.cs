using System.Threading.Channels;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit.Files;

/// <summary>Where the events of one transaction stand in the files.</summary>
internal sealed record FileTicket(ChainHead Chain, long First, long Last);

/// <summary>
/// The audit as JSON Lines below <c>audit/</c> in the data folder (<c>audit.storage: file</c> or <c>both</c>): one chain a
/// process, written and synchronised before the transaction commits. Transactions that come together share one
/// synchronisation. What a transaction told that then was not kept is told of by <c>audit_undone</c>.
/// </summary>
public sealed partial class AuditFiles : IAsyncDisposable
{
    // Longer than a disk is busy; a transaction holds its locks meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int MostAtOnce = 1_000;

    private readonly Channel<Asked> asked = Channel.CreateUnbounded<Asked>(new UnboundedChannelOptions { SingleReader = true });
    private readonly AuditFileChain chain;
    private readonly AuditNode node;
    private readonly ChainKeys keys;
    private readonly TimeProvider time;
    private readonly ILogger<AuditFiles> log;
    private readonly AuditStorage storage;
    private readonly Lazy<Task> pump;
    private string? registered;

    public AuditFiles(AuditNode node, ChainKeys keys, AuditStorage storage, TimeProvider time, ILogger<AuditFiles> log)
    {
        (this.node, this.keys, this.storage, this.time, this.log) = (node, keys, storage, time, log);
        chain = new AuditFileChain(node, keys, time);
        pump = new Lazy<Task>(() => Task.Run(PumpAsync));
    }

    /// <summary>Whether events go to files.</summary>
    public bool IsOn => storage != AuditStorage.Database;

    /// <summary>Whether events go to the table.</summary>
    public bool WithRows => storage != AuditStorage.File;

    /// <summary>What is synchronised; null while no chain is open.</summary>
    internal ChainHead? Head => chain.Head;

    /// <summary>Writes the events and waits until they are on the disk.</summary>
    /// <exception cref="IOException">They are not, and nothing of them stands in the chain.</exception>
    internal async Task<FileTicket> AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel)
    {
        _ = pump.Value;
        var request = new Asked(entries);
        if (!asked.Writer.TryWrite(request))
        {
            throw new IOException("The audit's files are closed.");
        }

        try
        {
            return await request.Done.Task.WaitAsync(Patience, cancel);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            // It may be written all the same, of a transaction that is not made.
            request.GivenUp();
            throw;
        }
    }

    /// <summary>Registers the chain in the transaction of its first event that is kept.</summary>
    internal async Task RegisterAsync(Transaction transaction, FileTicket ticket)
    {
        if (Volatile.Read(ref registered) != ticket.Chain.ChainId)
        {
            await CutMark.EnsureStartAsync(transaction, keys, time.GetUtcNow());
            await transaction.ExecuteAsync(
                """
                INSERT INTO audit_chains (id, node, store, root, started_at) VALUES (@ChainId, @Name, 'file', @Root, @now)
                ON CONFLICT (id) DO NOTHING
                """,
                new { ticket.Chain.ChainId, node.Name, ticket.Chain.Root, now = time.GetUtcNow() });
            transaction.AfterCommit(() => Volatile.Write(ref registered, ticket.Chain.ChainId));
        }
    }

    /// <summary>Takes back what a transaction told that was not kept.</summary>
    internal void Ended(FileTicket ticket, TransactionEnd end)
    {
        if (end != TransactionEnd.Kept)
        {
            asked.Writer.TryWrite(new Asked([Undone(ticket.Chain.ChainId, ticket.First, ticket.Last, end)], TakesBack: true));
        }
    }

    /// <summary>Ends the chain with an entry that says so.</summary>
    internal async Task<ChainHead?> CloseAsync(CancellationToken cancel)
    {
        if (chain.Head is not { } head)
        {
            return null;
        }

        var last = AuditEntry.Of(RequestOrigin.System, new AuditEvent(ChainClosing.Name).On("chain", head.ChainId), time.GetUtcNow());
        await AppendAsync([last], cancel);
        head = chain.Head;
        chain.Leave();
        return head;
    }

    public async ValueTask DisposeAsync()
    {
        asked.Writer.TryComplete();
        if (pump.IsValueCreated)
        {
            await pump.Value;
        }

        chain.Dispose();
    }

    private async Task PumpAsync()
    {
        List<Asked> together = [];
        while (await asked.Reader.WaitToReadAsync())
        {
            while (together.Count < MostAtOnce && asked.Reader.TryRead(out var next))
            {
                together.Add(next);
            }

            var before = chain.Head;
            try
            {
                Answer(together, chain.Append([.. together.Select(one => one.Entries)]));
                together.Clear();
            }
            catch (Exception fault)
            {
                LogNotWritten(log, fault);
                together.ForEach(one => one.Done.TrySetException(new IOException("The audit's file cannot be written.", fault)));
                // What takes something back stays owed; and where the disk may have what nobody was told of, that is taken back, too.
                together.RemoveAll(one => !one.TakesBack);
                if (before is not null && chain.Head is null)
                {
                    together.Add(new Asked([Undone(before.ChainId, before.Sequence + 1, null, TransactionEnd.Unknown)], TakesBack: true));
                }
            }
        }
    }

    private void Answer(List<Asked> together, IReadOnlyList<FileTicket> tickets)
    {
        for (var i = 0; i < together.Count; i++)
        {
            if (!together[i].Done.TrySetResult(tickets[i]))
            {
                Ended(tickets[i], TransactionEnd.Undone);
            }
        }
    }

    private AuditEntry Undone(string chainId, long first, long? last, TransactionEnd end) => AuditEntry.Of(
        RequestOrigin.System,
        new AuditEvent("audit_undone")
        {
            Outcome = AuditOutcome.Failure,
            Reason = end == TransactionEnd.Undone ? "undone" : "unknown",
            Details = new Dictionary<string, object?> { ["first"] = first, ["last"] = last },
        }.On("chain", chainId),
        time.GetUtcNow());

    [LoggerMessage(LogLevel.Critical, "The audit's file cannot be written")]
    private static partial void LogNotWritten(ILogger logger, Exception fault);

    private sealed record Asked(IReadOnlyList<AuditEntry> Entries, bool TakesBack = false)
    {
        public TaskCompletionSource<FileTicket> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void GivenUp() => Done.TrySetCanceled();
    }
}
