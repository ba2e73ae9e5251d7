namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>Where events are read from: the database, or the files where only they are written.</summary>
public interface IAuditSource
{
    /// <summary>What a cursor of this source looks like, for people.</summary>
    string AcceptedCursor { get; }

    /// <summary>Whether the text can be a cursor of this source.</summary>
    bool IsCursor(string text);

    /// <summary>The next events behind a cursor.</summary>
    /// <param name="cursor">Null at the beginning.</param>
    /// <param name="take">At most so many; there may be fewer though more follow, where much had to be looked through.</param>
    Task<AuditSlice> NextAsync(AuditFilter filter, string? cursor, bool oldestFirst, int take, CancellationToken cancel);

    /// <summary>How many there are, counted up to <paramref name="most"/>.</summary>
    Task<AuditCount> CountAsync(AuditFilter filter, long most, CancellationToken cancel);
}

/// <summary>Some events in order.</summary>
/// <param name="Next">Where it goes on; null at the end.</param>
public sealed record AuditSlice(IReadOnlyList<AuditEntry> Entries, string? Next);

/// <param name="IsLeast">There may be more: counting was ended.</param>
public sealed record AuditCount(long Count, bool IsLeast);
