using Npgsql;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>Reads the <c>postgres://</c> form of a PostgreSQL address (libpq, "Connection URIs").</summary>
public static class PostgresUrl
{
    /// <exception cref="FormatException">The address is not of that form; the message never repeats it.</exception>
    public static string ToConnectionString(Secret url)
    {
        if (!Uri.TryCreate(url.Reveal(), UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            throw new FormatException("DATABASE_URL must look like postgres://user:password@host:5432/database.");
        }

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Timeout = 10,
            CommandTimeout = 30,
            MaxPoolSize = 40,
            // By this a restore knows that servers are running.
            ApplicationName = "aicli-web",
        };
        if (user.Length == 2)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            switch (parts)
            {
                case ["host", var socket]: builder.Host = Uri.UnescapeDataString(socket); break;
                case ["sslmode", var mode] when Enum.TryParse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), true, out var ssl):
                    builder.SslMode = ssl;
                    break;
                default: throw new FormatException($"DATABASE_URL has a parameter that is not known: {parts[0]}. Accepted: host, sslmode.");
            }
        }

        return builder.ToString();
    }
}
