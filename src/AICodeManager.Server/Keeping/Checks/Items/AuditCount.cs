namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Counts audit events within a time, by the ids that begin with it (RFC 9562 section 5.7): an index has them in order.</summary>
internal sealed class AuditCount(CheckScene scene)
{
    public async Task<long> OfAsync(string name, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) => await scene.ReadAsync(
        r => r.ScalarAsync<long>(
            "SELECT COUNT(*) FROM audit_events WHERE name = @name AND id >= @First AND id < @Last",
            new { name, First = FirstId(from), Last = FirstId(to.AddMilliseconds(1)) }), cancel);

    public async Task<long> TotalAsync(DateTimeOffset from, CancellationToken cancel) => await scene.ReadAsync(
        r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE id >= @First", new { First = FirstId(from) }), cancel);

    /// <summary>No id of an event at this time or later is before it.</summary>
    public static string FirstId(DateTimeOffset at)
    {
        var time = Math.Max(0, at.ToUnixTimeMilliseconds()).ToString("x12");
        return $"{time[..8]}-{time[8..]}-0000-0000-000000000000";
    }
}
