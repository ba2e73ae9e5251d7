using System.Security.Authentication;
using AICodeManager.Server.Ground.Configuration.Sections;
using StackExchange.Redis;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>Where Redis is and how long it may take.</summary>
/// <param name="Url"><c>redis://[:password@]host[:port][/database]</c>, <c>rediss://</c> for TLS.</param>
/// <param name="Password">Instead of the URL's.</param>
/// <param name="Database">Number; a Cluster has only 0.</param>
public sealed record RedisOptions(Secret Url, Secret? Password = null, int Database = 0)
{
    /// <summary>How long an exchange may take before it counts as unanswered.</summary>
    public TimeSpan Bound { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often Redis is tried while it does not answer.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Exchanges under way at most; further ones are refused instead of waiting in line.</summary>
    public int InFlight { get; init; } = 4096;

    public static RedisOptions From(SessionRedisSettings settings) => new(settings.Url!, settings.Password, settings.Db);

    internal ConfigurationOptions ToClient(IEnumerable<System.Net.EndPoint> alsoKnown)
    {
        var url = new Uri(Url.Reveal());
        var tls = url.Scheme == "rediss";
        var inUrl = Uri.UnescapeDataString(url.UserInfo[(url.UserInfo.IndexOf(':') + 1)..]);
        var client = new ConfigurationOptions
        {
            AbortOnConnectFail = false,
            ClientName = "aicli",
            ConnectRetry = 1,
            ConnectTimeout = 1000,
            DefaultDatabase = Database,
            Password = Password?.Reveal() ?? (inUrl.Length > 0 ? inUrl : null),
            Ssl = tls,
            // The certificate is checked as the system checks any: name, chain, dates. There is no way round it.
            SslHost = tls ? url.Host : null,
            SslProtocols = tls ? SslProtocols.Tls12 | SslProtocols.Tls13 : null,
            SyncTimeout = (int)Bound.TotalMilliseconds,
            // Neither elects a master among strangers nor listens to their reconfiguration channel.
            ConfigurationChannel = "",
            TieBreaker = "",
        };
        client.EndPoints.Add(url.Host, url.Port > 0 ? url.Port : 6379);
        foreach (var other in alsoKnown)
        {
            if (!client.EndPoints.Contains(other))
                client.EndPoints.Add(other);
        }

        return client;
    }
}
