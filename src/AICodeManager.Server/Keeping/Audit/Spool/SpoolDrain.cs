using System.Text.Json.Nodes;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit.Spool;

/// <summary>Writes in what waits in the spool, in its order, each event with its own time and marked <c>delayed</c>.</summary>
public sealed partial class SpoolDrain(AuditSpool spool, AuditTrail trail, TimeProvider time, ILogger<SpoolDrain> log) : BackgroundService
{
    private const int AtOnce = 100, EnoughRefused = 3;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromSeconds(35);

    private readonly SemaphoreSlim turn = new(1, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var looks = new PeriodicTimer(Between, time);
        try
        {
            do
            {
                await TurnAsync(stoppingToken);
            }
            while (await looks.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // What is left waits in its file for the next start.
        }
    }

    /// <summary>Once more at the end: what only memory holds would be lost.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TurnAsync(cancellationToken);
    }

    /// <summary>Tries to write everything; false where the audit is still broken.</summary>
    internal async Task<bool> TurnAsync(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return !spool.HasAny || await DrainAsync(cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    private async Task<bool> DrainAsync(CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(Patience);
        (string? file, IReadOnlyList<AuditEntry> memory, var lost, var written) = (null, [], 0L, 0);
        try
        {
            // In here, too: a folder that cannot be written to must not end the server.
            (file, memory, lost) = spool.Take();
            if (file is not null)
            {
                await DrainAsync(file, bound.Token);
            }

            foreach (var some in memory.Chunk(AtOnce))
            {
                await WriteAsync(some, bound.Token);
                written += some.Length;
            }

            await TellLostAsync(lost, bound.Token);
            spool.Mended();
            return true;
        }
        catch (Exception fault)
        {
            if (memory.Count > written)
            {
                spool.Keep([.. memory.Skip(written)], fault);
            }

            spool.Return(lost);
            LogStillBroken(log, fault.Message);
            return false;
        }
    }

    private async Task DrainAsync(string file, CancellationToken cancel)
    {
        List<AuditEntry> some = [];
        var (damaged, length) = (0, 0L);
        using (var lines = new StreamReader(file))
        {
            while (await lines.ReadLineAsync(cancel) is { } line)
            {
                if (spool.Read(line) is { } entry)
                {
                    some.Add(entry);
                }
                else if (line.Length > 0)
                {
                    damaged++;
                }

                if (some.Count == AtOnce)
                {
                    await WriteAsync(some, cancel);
                    some.Clear();
                }
            }

            length = lines.BaseStream.Position;
        }

        await WriteAsync(some, cancel);
        if (damaged > 0)
        {
            await trail.RecordAsync(RequestOrigin.System, new AuditEvent("audit_spool_damaged")
            {
                Outcome = AuditOutcome.Failure, Details = new Dictionary<string, object?> { ["lines"] = damaged },
            }, cancel);
        }

        if (new FileInfo(file).Length == length)
        {
            File.Delete(file);
        }
    }

    private async Task WriteAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel)
    {
        if (entries.Count == 0)
        {
            return;
        }

        try
        {
            await trail.WriteLaterAsync([.. entries.Select(Delayed)], cancel);
        }
        catch (Exception fault) when (entries.Count > 1 && !cancel.IsCancellationRequested)
        {
            await WriteOneByOneAsync(entries, fault, cancel);
        }
    }

    // One event that the database does not take must not keep the others waiting for ever.
    private async Task WriteOneByOneAsync(IReadOnlyList<AuditEntry> entries, Exception together, CancellationToken cancel)
    {
        List<Exception> refused = [];
        var tried = 0;
        foreach (var entry in entries)
        {
            try
            {
                await trail.WriteLaterAsync([Delayed(entry)], cancel);
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                refused.Add(fault);
            }

            if (refused.Count == ++tried && tried >= Math.Min(EnoughRefused, entries.Count))
            {
                throw new InvalidOperationException("No audit event can be written.", together);
            }
        }

        if (refused.Count > 0)
        {
            spool.Lose(refused.Count);
            LogGivenUp(log, refused.Count, refused[0]);
        }
    }

    private async Task TellLostAsync(long lost, CancellationToken cancel)
    {
        if (lost > 0)
        {
            await trail.RecordAsync(RequestOrigin.System, new AuditEvent("audit_overflow")
            {
                Outcome = AuditOutcome.Failure, Details = new Dictionary<string, object?> { ["lost"] = lost },
            }, cancel);
        }
    }

    private static AuditEntry Delayed(AuditEntry entry)
    {
        var details = entry.Details is null ? [] : JsonNode.Parse(entry.Details)!.AsObject();
        details["delayed"] = true;
        return entry with { Details = details.ToJsonString(WireJson.Options) };
    }

    [LoggerMessage(LogLevel.Error, "The audit still cannot be written: {reason}")]
    private static partial void LogStillBroken(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Critical, "{count} audit events could not be written while others could, and are given up")]
    private static partial void LogGivenUp(ILogger logger, int count, Exception fault);
}
