using System.Buffers.Text;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit.Spool;

/// <summary>
/// Where events go that cannot be written and must not stop what they tell of, a sign-in above all: a file in the data folder,
/// a line each with a MAC, at most 64 MiB; where that fails, too, memory, at most 1,000. What has no room there is counted.
/// <see cref="SpoolDrain"/> writes them in later.
/// </summary>
public sealed partial class AuditSpool
{
    /// <summary>Bytes of the file.</summary>
    internal const long MostBytes = 64 << 20;

    /// <summary>Events in memory.</summary>
    internal const int MostInMemory = 1_000;

    private readonly ChainKeys keys;
    private readonly ILogger<AuditSpool> log;
    private readonly IAuditObserver[] observers;
    private readonly Lock gate = new();
    private readonly Queue<AuditEntry> memory = new();
    private readonly Counter<long> spooled, lost;
    private readonly string file, draining;
    private long unwritten;
    private bool broken;

    public AuditSpool(AuditNode node, ChainKeys keys, IMeterFactory meters, ILogger<AuditSpool> log, params IEnumerable<IAuditObserver> observers)
    {
        (this.keys, this.log, this.observers) = (keys, log, [.. observers]);
        (file, draining) = (Path.Combine(node.Folder, "spool.jsonl"), Path.Combine(node.Folder, "spool.draining.jsonl"));
        var meter = meters.Create("AICodeManager.Audit");
        spooled = meter.CreateCounter<long>("aicli.audit.spooled", "{event}", "Audit events that could not be written at once");
        lost = meter.CreateCounter<long>("aicli.audit.spool.lost", "{event}", "Audit events that had no room to wait in");
    }

    /// <summary>Whether writing has failed and has not succeeded since.</summary>
    public bool IsBroken => Volatile.Read(ref broken);

    /// <summary>Whether anything waits here to be written.</summary>
    public bool HasAny
    {
        get
        {
            lock (gate)
            {
                return memory.Count > 0 || unwritten > 0 || File.Exists(file) || File.Exists(draining);
            }
        }
    }

    /// <summary>Takes events that could not be written. Never throws.</summary>
    internal void Keep(IReadOnlyList<AuditEntry> entries, Exception why)
    {
        Tell(why);
        lock (gate)
        {
            spooled.Add(entries.Count);
            try
            {
                Append(entries);
            }
            catch (Exception fault)
            {
                LogNoFile(log, fault);
                foreach (var entry in entries)
                {
                    if (memory.Count < MostInMemory)
                    {
                        memory.Enqueue(entry);
                    }
                    else
                    {
                        Lose(1);
                    }
                }
            }
        }
    }

    /// <summary>Counts events that are given up.</summary>
    internal void Lose(long events)
    {
        lock (gate)
        {
            unwritten += events;
            lost.Add(events);
        }
    }

    /// <summary>What waits: the file to be read, moved away from those who append; null where there is none. And what memory held.</summary>
    internal (string? File, IReadOnlyList<AuditEntry> Memory, long Lost) Take()
    {
        lock (gate)
        {
            if (!File.Exists(draining) && File.Exists(file))
            {
                File.Move(file, draining);
            }

            var taken = (File.Exists(draining) ? draining : null, (IReadOnlyList<AuditEntry>)[.. memory], unwritten);
            memory.Clear();
            unwritten = 0;
            return taken;
        }
    }

    /// <summary>Puts back the number of those given up, which could not be told.</summary>
    internal void Return(long given)
    {
        lock (gate)
        {
            unwritten += given;
        }
    }

    /// <summary>Something was written: where nothing waits any more, all is well again.</summary>
    internal void Written()
    {
        if (IsBroken && !HasAny)
        {
            Mended();
        }
    }

    /// <summary>Everything that waited is written.</summary>
    internal void Mended()
    {
        if (Interlocked.Exchange(ref broken, false))
        {
            LogMended(log);
        }
    }

    /// <summary>The entry of a line; null where the line is not as this installation wrote it.</summary>
    internal AuditEntry? Read(string line)
    {
        var parts = line.Split(' ', 3);
        if (parts.Length < 3 || StrictBase64Url.Decode(parts[1]) is not { } mac || !keys.IsMac(parts[0], Content(parts[2]).Bytes, mac))
        {
            return null;
        }

        return JsonSerializer.Deserialize<AuditEntry>(parts[2], WireJson.Options);
    }

    private static Canonical Content(string json) => new Canonical("aicli audit spool v1").Add(json);

    private void Append(IReadOnlyList<AuditEntry> entries)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            var json = JsonSerializer.Serialize(entry, WireJson.Options);
            text.Append(keys.Current).Append(' ').Append(Base64Url.EncodeToString(keys.Mac(keys.Current, Content(json).Bytes)))
                .Append(' ').Append(json).Append('\n');
        }

        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0, UnixCreateMode = AuditNode.OwnersFile,
        });
        if (stream.Length >= MostBytes)
        {
            Lose(entries.Count);
            return;
        }

        stream.Seek(-Math.Min(1, stream.Length), SeekOrigin.End);
        var torn = stream.Length > 0 && stream.ReadByte() != '\n';
        stream.Write(Encoding.UTF8.GetBytes(torn ? "\n" + text : text.ToString()));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Writing has failed. Said once for as long as it lasts: somebody must hear of it, and a flood of words helps nobody.</summary>
    internal void Tell(Exception why)
    {
        if (Interlocked.Exchange(ref broken, true))
        {
            return;
        }

        LogBroken(log, why);
        foreach (var observer in observers)
        {
            observer.Broken(why.Message);
        }
    }

    /// <summary>Tells people of damage.</summary>
    internal void Alarm(string damage)
    {
        LogDamage(log, damage);
        foreach (var observer in observers)
        {
            observer.Broken(damage);
        }
    }

    [LoggerMessage(LogLevel.Critical, "The audit is damaged: {damage}")]
    private static partial void LogDamage(ILogger logger, string damage);

    [LoggerMessage(LogLevel.Critical, "THE AUDIT CANNOT BE WRITTEN; sign-ins go on, their events wait in the data folder")]
    private static partial void LogBroken(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Critical, "The audit's events cannot be kept in the data folder either; they wait in memory")]
    private static partial void LogNoFile(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Warning, "The audit can be written again; what waited is written")]
    private static partial void LogMended(ILogger logger);
}
