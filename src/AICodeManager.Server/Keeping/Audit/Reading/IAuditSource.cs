namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>Where events are read from: the database, or the files where only they are written.</summary>
public interface IAuditSource
{
    /// <summary>The next events in the order of their ids, which is that of time.</summary>
    /// <param name="after">Id of the last one seen; null at the beginning.</param>
    /// <param name="take">At most so many.</param>
    Task<IReadOnlyList<AuditEntry>> NextAsync(AuditFilter filter, string? after, bool oldestFirst, int take, CancellationToken cancel);

    /// <summary>How many there are, counted up to <paramref name="most"/>.</summary>
    Task<long> CountAsync(AuditFilter filter, long most, CancellationToken cancel);
}
