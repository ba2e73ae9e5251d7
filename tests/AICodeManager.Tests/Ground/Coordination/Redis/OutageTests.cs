using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Coordination.Redis;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Ground.Coordination.Redis;

/// <summary>A Redis that is dead, frozen, wrong or new: refused within the bound, and back without a restart of ours.</summary>
public sealed class OutageTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_Redis_is_refused_at_once_and_a_new_one_serves_and_hears_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis.Options);
        var heard = new SemaphoreSlim(0);
        using var receiver = store.Subscribe("blocks", _ => heard.Release());
        await MarkAsync(store);
        await redis.KillAsync();
        await RefusedAsync(store);
        Assert.False(await store.PingAsync(Cancel));
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.PublishAsync("blocks", "x", Cancel).AsTask());

        await redis.RestartAsync();
        await ServesAsync(store);
        Assert.True(await store.PingAsync(Cancel));
        // It kept nothing on disk, and that is the safe way round for sessions.
        await Poll.UntilAsync(async () =>
        {
            await store.PublishAsync("blocks", "x", Cancel);
            return heard.CurrentCount > 0;
        });
    }

    [Fact]
    public async Task A_frozen_Redis_keeps_requests_for_the_bound_once_and_then_not_at_all()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis.Options);
        await MarkAsync(store);
        await redis.FreezeAsync();
        await RefusedAsync(store);

        for (var i = 0; i < 1000; i++)
            Assert.True(RefusedAsync(store).IsCompleted);
        await redis.ThawAsync();
        await ServesAsync(store);
        Assert.True(await IsMarkedAsync(store));
    }

    [Fact]
    public async Task A_claim_that_was_sent_to_a_frozen_Redis_cannot_be_granted_a_second_time()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis.Options);
        await MarkAsync(store);
        await redis.FreezeAsync();
        var lost = new Claim("u", "n") { Until = DateTimeOffset.UtcNow + Ask.Hour };
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([lost], Cancel).AsTask());
        await redis.ThawAsync();
        await ServesAsync(store);

        // It ran after all: unknown to its caller, who refused, and known to Redis, which refuses the next one.
        var again = new Claim("u", "n") { Until = DateTimeOffset.UtcNow + Ask.Hour };
        await store.ExchangeAsync([again], Cancel);
        Assert.Equal((false, false), (lost.Granted, again.Granted));
    }

    [Fact]
    public async Task A_Redis_that_is_away_at_the_start_is_found_when_it_comes()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using var store = await ConnectAsync(redis.Options);
        await RefusedAsync(store);
        await redis.RestartAsync();
        await ServesAsync(store);
    }

    [Theory]
    [InlineData("redis", "not the password")]
    [InlineData("rediss", RedisServer.Password)]
    public async Task Cannot_use_a_Redis_with_a_wrong_password_or_without_its_TLS(string scheme, string password)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(new RedisOptions(new Secret($"{scheme}://127.0.0.1:{redis.Port}"), new Secret(password)));
        await RefusedAsync(store);
        Assert.False(await store.PingAsync(Cancel));
    }

    [Fact]
    public async Task Cannot_use_a_Redis_whose_certificate_nobody_vouches_for()
    {
        using var folder = new TempFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(folder.File("cert.pem"), certificate.ExportCertificatePem(), Cancel);
        await File.WriteAllTextAsync(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem(), Cancel);
        var port = RedisServer.FreePort();
        await using var redis = await RedisServer.StartAsync("--tls-port", $"{port}", "--tls-cert-file", folder.File("cert.pem"),
            "--tls-key-file", folder.File("key.pem"), "--tls-ca-cert-file", folder.File("cert.pem"), "--tls-auth-clients", "no");

        await using var store = await ConnectAsync(new RedisOptions(new Secret($"rediss://localhost:{port}"), new Secret(RedisServer.Password)));
        await RefusedAsync(store);
    }

    [Fact]
    public async Task Exchanges_beyond_the_bound_do_not_wait_in_line()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis.Options with { InFlight = 3, Bound = TimeSpan.FromSeconds(2) });
        await MarkAsync(store);
        await redis.FreezeAsync();
        var waiting = Enumerable.Range(0, 3).Select(_ => RefusedAsync(store)).ToList();
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        Assert.True(RefusedAsync(store).IsCompleted);
        await Task.WhenAll(waiting);
        await redis.ThawAsync();
        await ServesAsync(store);
    }

    [Fact]
    public async Task An_operator_whose_Redis_may_drop_keys_is_told()
    {
        await using var redis = await RedisServer.StartAsync("--maxmemory-policy", "allkeys-lru");
        var log = new LinesLogged();
        await using var store = new RedisCoordination(redis.Options, TimeProvider.System, log);
        await store.StartAsync(Cancel);
        await Poll.UntilAsync(() => Task.FromResult(log.Lines.Any(line => line.Contains("maxmemory-policy allkeys-lru", StringComparison.Ordinal))));
        Assert.DoesNotContain(log.Lines, line => line.Contains(RedisServer.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Redis_that_forbids_INFO_and_CONFIG_serves()
    {
        await using var redis = await RedisServer.StartAsync("--rename-command", "CONFIG", "", "--rename-command", "INFO", "");
        await using var store = await ConnectAsync(redis.Options);
        await ServesAsync(store);
    }

    [Fact]
    public async Task The_password_of_the_address_is_used_as_well()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CommandAsync("CONFIG", "SET", "requirepass", "p@ss:w/rd");
        await using var store = await ConnectAsync(new RedisOptions(new Secret($"redis://:p%40ss%3Aw%2Frd@127.0.0.1:{redis.Port}/1")));
        await MarkAsync(store);
    }

    [Fact]
    public async Task A_full_Redis_refuses_and_serves_when_it_has_room()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis.Options);
        await MarkAsync(store);
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => MarkAsync(store));
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await MarkAsync(store);
    }

    [Fact]
    public async Task A_Redis_that_became_a_replica_is_not_written_to_and_serves_as_a_master_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis.Options);
        await MarkAsync(store);
        await redis.CommandAsync("REPLICAOF", "127.0.0.1", "9");
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => MarkAsync(store));
        await redis.CommandAsync("REPLICAOF", "NO", "ONE");
        await ServesAsync(store);
    }

    private static async Task<RedisCoordination> ConnectAsync(RedisOptions options)
    {
        var store = new RedisCoordination(options, TimeProvider.System, NullLogger<RedisCoordination>.Instance);
        await store.StartAsync(Cancel);
        return store;
    }

    private static Task MarkAsync(RedisCoordination store) =>
        store.ExchangeAsync([new SetMark("u", $"m{Guid.NewGuid():N}") { Until = DateTimeOffset.MaxValue }, new SetMark("u", "m") { Until = DateTimeOffset.MaxValue }], Cancel).AsTask();

    private static async Task<bool> IsMarkedAsync(RedisCoordination store)
    {
        var mark = new IsMarked("u", "m");
        await store.ExchangeAsync([mark], Cancel);
        return mark.Answer;
    }

    private static Task<CoordinationUnavailableException> RefusedAsync(RedisCoordination store) =>
        Assert.ThrowsAsync<CoordinationUnavailableException>(() => IsMarkedAsync(store));

    private static Task ServesAsync(RedisCoordination store) => Poll.UntilAsync(async () =>
    {
        try
        {
            await MarkAsync(store);
            return true;
        }
        catch (CoordinationUnavailableException)
        {
            return false;
        }
    });

    private sealed class LinesLogged : ILogger<RedisCoordination>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
