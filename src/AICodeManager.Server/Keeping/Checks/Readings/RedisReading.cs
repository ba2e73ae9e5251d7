using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Coordination.Redis;
using StackExchange.Redis;

namespace AICodeManager.Server.Keeping.Checks.Readings;

/// <summary>What Redis tells of itself, over a connection of our own that is closed at once.</summary>
public sealed record RedisReading
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public required string Version { get; init; }

    /// <summary>Whether somebody without a password is answered.</summary>
    public required bool OpenToAll { get; init; }

    public required bool Tls { get; init; }

    /// <summary>Whether it is on this machine.</summary>
    public required bool Local { get; init; }

    /// <summary><c>maxmemory_policy</c>.</summary>
    public required string Eviction { get; init; }

    public required bool AppendOnly { get; init; }

    /// <summary>Lines of <c>save</c>; null where CONFIG is forbidden, which is good.</summary>
    public required string? Save { get; init; }

    /// <summary>Its clock minus ours, in milliseconds.</summary>
    public required long ClockAhead { get; init; }

    /// <summary>Null where Redis is not configured.</summary>
    /// <exception cref="RedisConnectionException">It does not answer.</exception>
    /// <exception cref="TimeoutException">It took longer than four seconds.</exception>
    public static async Task<RedisReading?> ReadAsync(SessionSettings settings, TimeProvider time, CancellationToken cancel)
    {
        if (settings.Store != SessionStoreKind.Redis)
            return null;
        var options = RedisOptions.From(settings.Redis);
        var url = new Uri(options.Url.Reveal());
        var client = options.ToClient([]);
        client.AbortOnConnectFail = true;
        client.SyncTimeout = (int)Patience.TotalMilliseconds;
        using var connection = await ConnectionMultiplexer.ConnectAsync(client).WaitAsync(Patience, cancel);
        var database = connection.GetDatabase();
        var info = ((string)(await database.ExecuteAsync("INFO").WaitAsync(Patience, cancel))!)
            .Split('\n').Select(line => line.Trim().Split(':', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.First()[1]);
        var before = time.GetUtcNow().ToUnixTimeMilliseconds();
        var clock = (RedisResult[])(await database.ExecuteAsync("TIME").WaitAsync(Patience, cancel))!;
        var now = (before + time.GetUtcNow().ToUnixTimeMilliseconds()) / 2;
        return new()
        {
            Version = info.GetValueOrDefault("redis_version", "unknown"),
            OpenToAll = await AnswersStrangersAsync(url, cancel),
            Tls = url.Scheme == "rediss",
            Local = IsLocal(url.Host),
            Eviction = info.GetValueOrDefault("maxmemory_policy", "unknown"),
            AppendOnly = info.GetValueOrDefault("aof_enabled") == "1",
            Save = await SaveAsync(database, cancel),
            ClockAhead = ((long)clock[0] * 1000) + ((long)clock[1] / 1000) - now,
        };
    }

    private static bool IsLocal(string host) => host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static async Task<string?> SaveAsync(IDatabase database, CancellationToken cancel)
    {
        try
        {
            var pair = (RedisResult[])(await database.ExecuteAsync("CONFIG", "GET", "save").WaitAsync(Patience, cancel))!;
            return pair.Length == 2 ? (string)pair[1]! : null;
        }
        catch (RedisServerException)
        {
            return null;
        }
    }

    // RESP by hand: the client would send our password.
    private static async Task<bool> AnswersStrangersAsync(Uri url, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(Patience);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(url.Host.Trim('[', ']'), url.Port > 0 ? url.Port : 6379, bound.Token);
        await using Stream stream = url.Scheme == "rediss" ? new SslStream(tcp.GetStream()) : tcp.GetStream();
        if (stream is SslStream tls)
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.Host }, bound.Token);
        await stream.WriteAsync("*1\r\n$4\r\nPING\r\n"u8.ToArray(), bound.Token);
        var first = new byte[1];
        return await stream.ReadAsync(first, bound.Token) == 1 && first[0] == '+';
    }

    /// <summary>The number of a version's first part; 0 where it has none.</summary>
    public int Major => int.TryParse(Version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;
}
