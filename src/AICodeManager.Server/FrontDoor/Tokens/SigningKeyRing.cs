using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>
/// The keys of the configured algorithm on this node: the secret for HS256, else the stored keys, read at the start,
/// every <see cref="RereadEvery"/>, and when a token names one that is not known. Keys of other algorithms are neither
/// accepted nor published (docs/decisions/0011).
/// </summary>
public sealed partial class SigningKeyRing(Settings settings, SigningKeyStore store, TimeProvider time, ILogger<SigningKeyRing> log)
    : BackgroundService
{
    public static readonly TimeSpan RereadEvery = TimeSpan.FromSeconds(30);

    /// <summary>Tokens with unknown keys cause at most one look at the database in this time.</summary>
    public static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly string algorithm = settings.Jwt.Algorithm;
    private readonly HmacKey? secret = settings.Jwt.Algorithm == HmacKey.Name ? HmacKey.Of(settings.Jwt.SecretKey) : null;
    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile IReadOnlyList<RingKey> keys = [];
    private volatile JwsKeySet? accepted;
    private long lookedAtTicks; // UTC; set by whoever has the turn

    /// <summary>Whether the keys are pairs, so that there is something to publish and to rotate.</summary>
    public bool IsAsymmetric => secret is null;

    internal JwsKeySet Accepted => accepted ?? Secret();

    internal bool MayLookAgain => IsAsymmetric && IsTimeToLook();

    /// <summary>What others verify our tokens by, successors that do not sign yet included; empty for HS256.</summary>
    public IReadOnlyList<PublicJwk> Published => [.. keys.Where(key => key.VerifiesAt(time.GetUtcNow())).Select(key => key.Public)];

    /// <summary>Makes a successor of the signing key and takes it up on this node; others follow by themselves.</summary>
    /// <param name="compromised">Removes every earlier key at once instead: all tokens under them end.</param>
    /// <returns>Null where an earlier rotation has not come into force yet.</returns>
    /// <exception cref="InvalidOperationException">The algorithm is HS256, whose secret is the operator's to change.</exception>
    public async Task<SigningKeyRow?> RotateAsync(bool compromised, RequestOrigin origin, CancellationToken cancel)
    {
        if (!IsAsymmetric)
        {
            throw new InvalidOperationException($"{algorithm} has no key pair to rotate.");
        }

        var made = await store.RotateAsync(algorithm, compromised, origin, cancel);
        await InTurnAsync(TryReadAsync, cancel); // it is made: what goes wrong from here on is logged and mends itself
        return made;
    }

    /// <summary>Reads the stored keys. A notice from another node that it has rotated may call it at any time.</summary>
    /// <exception cref="TimeoutException">The database took longer than two seconds.</exception>
    public Task RefreshAsync(CancellationToken cancel) => InTurnAsync(ReadAsync, cancel);

    /// <summary>Makes the first key where there is none, before the first request.</summary>
    /// <exception cref="InvalidOperationException">There are keys, but none that can be opened.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsAsymmetric)
        {
            await store.EnsureAsync(algorithm, cancellationToken);
            await RefreshAsync(cancellationToken);
            if (keys.All(key => key.IsRetiredAt(time.GetUtcNow())))
            {
                throw new InvalidOperationException(
                    $"No {algorithm} key in the table signing_keys can be opened with database.encryption.key. "
                    + "Configure the key they were sealed with, or delete the rows to have a new one made.");
            }

            await base.StartAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    internal JwsKey SigningKey()
    {
        if (secret is not null)
        {
            return secret;
        }

        var now = time.GetUtcNow();
        var candidates = keys.Where(key => !key.IsRetiredAt(now)).ToList();
        // A clock a little behind the one of the node that made the first key finds no other: that one it is.
        return (candidates.Where(key => key.Row.SignsFrom <= now).MaxBy(key => key.Row.SignsFrom) ?? candidates.MinBy(key => key.Row.SignsFrom))?.Signer
            ?? throw new InvalidOperationException("There is no signing key: the server has not been started, or its keys were removed.");
    }

    /// <summary>Reads the stored keys unless that was done a moment ago; true where they have been read since the call began.</summary>
    internal Task<bool> LookAgainAsync(CancellationToken cancel) =>
        InTurnAsync(async c => !IsTimeToLook() || await TryReadAsync(c), cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var tick = new PeriodicTimer(RereadEvery, time);
        while (await tick.WaitForNextTickAsync(stoppingToken))
        {
            await InTurnAsync(TryReadAsync, stoppingToken);
        }
    }

    // One at a time: an answer that was long under way must not bring back keys that were removed meanwhile.
    private async Task<T?> InTurnAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancel)
    {
        if (!IsAsymmetric || !await turn.WaitAsync(2 * Patience, cancel))
        {
            return default;
        }

        try
        {
            return await read(cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> TryReadAsync(CancellationToken cancel)
    {
        try
        {
            return await ReadAsync(cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogUnread(log, fault);
            AcceptByTime(); // a key whose time is over ends without the database too
            return false;
        }
        finally
        {
            Volatile.Write(ref lookedAtTicks, time.GetUtcNow().UtcTicks);
        }
    }

    private async Task<bool> ReadAsync(CancellationToken cancel)
    {
        var known = keys.ToDictionary(key => key.Row.Id);
        List<RingKey> found = [];
        foreach (var row in await store.LoadAsync(algorithm, cancel).WaitAsync(Patience, cancel))
        {
            // The times of a key change, its numbers never: it is imported once.
            var key = known.TryGetValue(row.Id, out var same) && same.Row.PrivateKey == row.PrivateKey && same.Row.PublicJwk == row.PublicJwk
                ? same with { Row = row }
                : RingKey.Of(row, store);
            if (key is null)
            {
                LogRefused(log, row.Id);
                continue;
            }

            found.Add(key);
        }

        keys = found;
        AcceptByTime();
        return true;
    }

    private void AcceptByTime() =>
        accepted = new JwsKeySet(keys.Where(key => key.VerifiesAt(time.GetUtcNow())).Select(key => key.Verifier));

    private JwsKeySet Secret() => accepted = secret is null ? JwsKeySet.Empty : new JwsKeySet([secret]);

    private bool IsTimeToLook() => Math.Abs(time.GetUtcNow().UtcTicks - Volatile.Read(ref lookedAtTicks)) >= LookAgainAfter.Ticks;

    [LoggerMessage(LogLevel.Critical, "The signing key {id} in the database is not one that this server wrote, or was sealed with another key; it is not used")]
    private static partial void LogRefused(ILogger logger, string id);

    [LoggerMessage(LogLevel.Error, "The signing keys could not be read; those known are used on")]
    private static partial void LogUnread(ILogger logger, Exception fault);
}
