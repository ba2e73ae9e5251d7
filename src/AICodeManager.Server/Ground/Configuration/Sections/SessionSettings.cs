using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>Where sessions are kept.</summary>
public enum SessionStoreKind
{
    /// <summary>In this process.</summary>
    Embedded,

    /// <summary>In Redis, for all nodes.</summary>
    Redis,
}

/// <summary><c>session</c>: server-side sessions.</summary>
public sealed record SessionSettings
{
    /// <summary>Redis where a URL is given, unless the file says <c>embedded</c>.</summary>
    public required SessionStoreKind Store { get; init; }

    /// <summary>From <c>SESSION_SECRET_KEY</c>; generated where it is not set.</summary>
    public required Secret SecretKey { get; init; }

    public required SessionRedisSettings Redis { get; init; }
    public required SessionSecuritySettings Security { get; init; }

    /// <summary>A key of 32 bytes for one use, derived from the secret (RFC 5869).</summary>
    /// <param name="use">Another text for each use; changing it makes what was made under the key void.</param>
    public byte[] DeriveKey(string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(SecretKey.Reveal()), 32, info: Encoding.UTF8.GetBytes(use));

    internal static SessionSettings Read(SectionReader section)
    {
        var store = section.Optional("store", Words.OneOf<SessionStoreKind?>(("redis", SessionStoreKind.Redis), ("embedded", SessionStoreKind.Embedded)));
        var faultsBefore = section.FaultCount;
        var redis = SessionRedisSettings.Read(section.Section("redis"));
        if (store == SessionStoreKind.Redis && redis.Url is null && section.FaultCount == faultsBefore)
            section.Fault("store", "is redis, but no address is given", "session.redis.url or SESSION_REDIS_URL set, or store: embedded");
        return new()
        {
            Store = store ?? (redis.Url is null ? SessionStoreKind.Embedded : SessionStoreKind.Redis),
            SecretKey = section.GeneratedSecret(null, "SESSION_SECRET_KEY", "session"),
            Redis = redis,
            Security = SessionSecuritySettings.Read(section.Section("security")),
        };
    }
}

/// <summary><c>session.redis</c>: the Redis server.</summary>
public sealed record SessionRedisSettings
{
    /// <summary><c>redis://</c> or <c>rediss://</c>; may carry the password. Null for the embedded store.</summary>
    public required Secret? Url { get; init; }

    public required Secret? Password { get; init; }

    /// <summary>Database number; the URL's where the key is left out.</summary>
    public required int Db { get; init; }

    /// <summary>Connections to each Redis server at most. Two serve all requests; while they are replaced there are four.</summary>
    public required int PoolSize { get; init; }

    internal static SessionRedisSettings Read(SectionReader section)
    {
        var url = section.Optional("url", Urls.Redis, "SESSION_REDIS_URL", unsetIsAbsent: true);
        var inUrl = url is null ? null : Urls.RedisDatabase(url.Reveal());
        var db = section.Optional("db", Numbers.WholeOrNone(0, 1023));
        if (inUrl is not null && db is not null && inUrl != db)
            section.Fault("db", $"is {db}, but the URL says {inUrl}", "the same number in both, or only one of them");
        return new()
        {
            Url = url,
            Password = section.Optional("password", Secrets.Credential, "SESSION_REDIS_PASSWORD", unsetIsAbsent: true),
            Db = db ?? inUrl ?? 0,
            PoolSize = section.Value("pool_size", "100", Numbers.Whole(4, 10_000)),
        };
    }
}
