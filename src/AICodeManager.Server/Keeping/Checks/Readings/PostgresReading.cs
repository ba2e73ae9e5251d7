using System.Data.Common;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Checks.Readings;

/// <summary>What PostgreSQL tells of itself and of us. Nothing here needs a right that the server's own role lacks.</summary>
public sealed record PostgresReading
{
    /// <summary>Such as <c>15.14 (Debian 15.14-0+deb12u1)</c>.</summary>
    public string Version { get; init; } = "";

    public string Role { get; init; } = "";

    /// <summary>What the role may do that it need not, for example <c>superuser</c>; empty for nothing.</summary>
    public string Powers { get; init; } = "";

    /// <summary>Whether our own connection is encrypted.</summary>
    public bool Tls { get; init; }

    /// <summary>Whether it stays on this machine: a socket, or loopback.</summary>
    public bool Local { get; init; }

    /// <summary><c>on</c> where pages carry checksums.</summary>
    public string Checksums { get; init; } = "";

    /// <summary>Pages whose checksum did not match, since the statistics began; null where checksums are off.</summary>
    public long? ChecksumFailures { get; init; }

    /// <summary>Its clock minus ours, in milliseconds, to about half a round trip.</summary>
    public long ClockAhead { get; init; }

    private const string Ask = """
        SELECT current_setting('server_version') AS version, current_user AS role,
            concat_ws(', ', CASE WHEN r.rolsuper THEN 'superuser' END, CASE WHEN r.rolcreaterole THEN 'creates roles' END,
                CASE WHEN r.rolcreatedb THEN 'creates databases' END, CASE WHEN r.rolreplication THEN 'replicates' END,
                CASE WHEN r.rolbypassrls THEN 'bypasses row security' END) AS powers,
            COALESCE((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), FALSE) AS tls,
            (inet_client_addr() IS NULL OR inet_client_addr() <<= inet '127.0.0.0/8' OR inet_client_addr() = inet '::1') AS local,
            current_setting('data_checksums') AS checksums,
            (SELECT d.checksum_failures FROM pg_stat_database d WHERE d.datname = current_database()) AS checksum_failures,
            CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS clock_ahead
        FROM pg_roles r WHERE r.rolname = current_user
        """;

    /// <summary>Null where the database is no PostgreSQL.</summary>
    /// <exception cref="DbException">It does not answer.</exception>
    public static async Task<PostgresReading?> ReadAsync(Database database, TimeProvider time, CancellationToken cancel)
    {
        if (database.Kind != "postgresql")
            return null;
        return await database.ReadAsync(async r =>
        {
            await r.ScalarAsync<int>("SELECT 1"); // what a new connection costs is not the clock's
            var before = time.GetUtcNow().ToUnixTimeMilliseconds();
            var read = await r.SingleAsync<PostgresReading>(Ask);
            return read! with { ClockAhead = read.ClockAhead - ((before + time.GetUtcNow().ToUnixTimeMilliseconds()) / 2) };
        }, cancel);
    }
}
