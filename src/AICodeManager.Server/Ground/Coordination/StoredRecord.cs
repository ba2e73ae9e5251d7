namespace AICodeManager.Server.Ground.Coordination;

/// <summary>
/// A record that lives until it ends, idles out or is ended. An ended one stays as a tombstone that tells the reason,
/// so that whoever comes back with it can be told.
/// </summary>
/// <param name="Data">Opaque text, at most 16 KiB as UTF-8, without NUL. A tombstone keeps it.</param>
/// <param name="Version">1 when opened, one more with each replacement.</param>
/// <param name="EndsAt">Fixed end, however often the record is touched.</param>
/// <param name="Idle">How long it lives without being touched.</param>
/// <param name="SeenAt">
/// When it was touched last; for a touch, the one before. Kept to the second: touches within one second of another may
/// be told as one.
/// </param>
/// <param name="Ended">Why it was ended (1 to 64 characters of <c>[A-Za-z0-9_:.-]</c>); null while it lives.</param>
public sealed record StoredRecord(
    string Key, string Data, long Version, DateTimeOffset EndsAt, TimeSpan Idle, DateTimeOffset SeenAt, string? Ended = null);
