using System.Threading.Channels;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>
/// Writes claims for many exchanges at once: while one transaction is under way the next ones' rows gather, so that a
/// busy server pays a small part of a transaction for each signed request.
/// </summary>
internal sealed partial class ClaimWriter(DurableStore store, ILogger log)
{
    /// <summary>Exchanges that wait at most; the next one is refused.</summary>
    public const int MostQueued = 8192;

    private const int MostRows = 1024;

    private readonly Channel<ClaimTicket> queue = Channel.CreateBounded<ClaimTicket>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private Task writing = Task.CompletedTask;
    private volatile bool ending;
    private long transactions;

    /// <summary>Transactions so far, failed ones too.</summary>
    public long Transactions => Volatile.Read(ref transactions);

    public void Start() => writing = Task.Run(WriteAllAsync);

    /// <summary>False when the line is full or has ended.</summary>
    public bool TryQueue(ClaimTicket ticket) => queue.Writer.TryWrite(ticket);

    /// <summary>Takes no more and writes what waits.</summary>
    public Task EndAsync()
    {
        ending = true;
        queue.Writer.TryComplete();
        return writing;
    }

    private async Task WriteAllAsync()
    {
        List<ClaimTicket> batch = [];
        List<DurableRow> rows = [];
        var hopeless = false;
        while (await queue.Reader.WaitToReadAsync())
        {
            while (rows.Count < MostRows && queue.Reader.TryRead(out var ticket))
            {
                batch.Add(ticket);
                ticket.AddRows(rows);
            }

            var written = rows.Count == 0 || (!hopeless && await TryWriteAsync(rows));
            foreach (var ticket in batch)
                ticket.End(written);
            // A server that ends does not wait out a dead database once for each batch.
            hopeless = ending && !written;
            batch.Clear();
            rows.Clear();
        }
    }

    private async Task<bool> TryWriteAsync(List<DurableRow> rows)
    {
        Interlocked.Increment(ref transactions);
        try
        {
            await store.WriteClaimsAsync(rows);
            return true;
        }
        catch (Exception fault)
        {
            LogUnwritten(log, rows.Count, fault);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "{count} claims could not be written; their requests were refused")]
    private static partial void LogUnwritten(ILogger logger, int count, Exception fault);
}
