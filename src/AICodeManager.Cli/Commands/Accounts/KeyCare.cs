using AICodeManager.Cli.Api;
using AICodeManager.Cli.Credentials;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>
/// Makes and replaces the key of this device at one server. A new pair is kept before the server hears of it and becomes the
/// key only when the server has said yes; a broken attempt is found again by the pair's thumbprint.
/// </summary>
/// <param name="connection">With the credentials that the new key is asked for with.</param>
internal sealed class KeyCare(ApiConnection connection, DeviceKeyFile file, CliSurroundings surroundings)
{
    public const SignatureAlgorithm Usual = SignatureAlgorithm.ES256;

    private const int LongestName = 100;

    private readonly KeyApi keys = new(connection);

    /// <summary>What people know this device by.</summary>
    public static string DeviceName => Environment.MachineName is { Length: > 0 and <= LongestName } name ? name : "aicli";

    /// <summary>A key for who has just signed in: the one that is here, if the server takes it, else a new one.</summary>
    /// <param name="algorithm">Null: any will do.</param>
    public async Task<DeviceKey> EnsureAsync(string? userId, SignatureAlgorithm? algorithm, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken);
        var kept = file.Load();
        if (kept is not null && kept.UserId != userId)
        {
            await RetireAsync(kept, cancellationToken);
            kept = null;
        }

        KeyView? known = null;
        if (kept is not null)
        {
            known = (await keys.ListAsync(cancellationToken)).Value.FirstOrDefault(one => one.KeyId == kept.Id);
            // A suspended one is its owner's to judge: perhaps somebody else has a copy.
            if (known is { IsSuspended: true } || (known is { MaySign: true, SuccessorId: null } && (algorithm ?? kept.Pair.Algorithm) == kept.Pair.Algorithm))
                return kept;
        }

        var made = await SubmitAsync(userId, algorithm ?? Usual, pair => keys.AddAsync(pair, DeviceName, cancellationToken), cancellationToken);
        if (known is { MaySign: true } && known.KeyId != made.Id)
            await keys.RevokeAsync(known.KeyId, cancellationToken);
        return made;
    }

    /// <summary>A key for a device that its account knows, by a second proof and without a password; then it says whose it is.</summary>
    public async Task<(DeviceKey Key, User User)> ReEnrolAsync(
        string email, Secret device, string code, SignatureAlgorithm algorithm, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken);
        var pair = SigningKey.Generate(algorithm);
        var made = (await keys.ReEnrolAsync(
            pair, new(email, device.Reveal(), code, pair.Public.ToPem(), DeviceName, algorithm.ToString()), cancellationToken)).Value;
        // Kept at once: the code that it was given for is spent.
        var key = file.Save(pair, null, made);
        var user = (await new AccountApi(connection.As(SignIn.Of(key))).WhoAmIAsync(cancellationToken)).Value;
        return (file.Save(pair, user.Id, made), user);
    }

    /// <summary>A new pair in place of the one that signs this connection's requests, which goes on working until the server has said yes.</summary>
    /// <param name="algorithm">Null: the same as now.</param>
    public async Task<DeviceKey> RotateAsync(SignatureAlgorithm? algorithm, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken);
        var kept = file.Load() ?? throw NoKey(file.Server);
        if (kept.Id == connection.Key?.Id)
            kept = await SubmitAsync(
                kept.UserId, algorithm ?? kept.Pair.Algorithm, pair => keys.RotateAsync(kept.Id, pair, cancellationToken), cancellationToken);
        // Else another aicli was faster, and has rotated it just now.
        connection.Use(kept);
        return kept;
    }

    /// <summary>Ends a key by its own signature, which needs no session, and forgets it.</summary>
    public async Task RetireAsync(DeviceKey key, CancellationToken cancellationToken)
    {
        try
        {
            await new KeyApi(connection.As(SignIn.Of(key))).RevokeAsync(key.Id, cancellationToken);
        }
        catch (CliFailure failure) when (failure.Problem is { IsAboutTheKey: true })
        {
            // Ended already, which is what was asked for.
        }
        finally
        {
            file.Forget();
        }
    }

    public static CliFailure NoKey(ServerAddress server) => CliFailure.Usage(
        $"This device has no key at {server}; one is made by: aicli login --server {server}");

    private async Task<DeviceKey> SubmitAsync(
        string? userId, SignatureAlgorithm algorithm, Func<SigningKey, Task<Reply<CreatedKey>>> submit, CancellationToken cancellationToken)
    {
        if (file.LoadNext(userId) is { } left && await FindAsync(left, cancellationToken) is { } arrived)
            return file.Save(left, userId, arrived);
        var pair = SigningKey.Generate(algorithm);
        file.SaveNext(pair, userId);
        try
        {
            return file.Save(pair, userId, (await submit(pair)).Value);
        }
        catch (CliFailure failure) when (failure.Exit is ExitCode.Unreachable)
        {
            // The server may have said yes to nobody.
            if (await FindAsync(pair, cancellationToken) is { } heard)
                return file.Save(pair, userId, heard);
            throw;
        }
        catch (CliFailure failure) when (failure.Problem is { IsPassing: false })
        {
            file.ForgetNext();
            if (failure.Problem.Code is "already_rotated")
                throw new CliFailure(
                    failure.Exit, $"{failure.Message} Its successor is not on this device; the key works for the rest of its grace. "
                    + "Make a new one with: aicli login", failure.Problem);
            throw;
        }
    }

    private async Task<CreatedKey?> FindAsync(SigningKey pair, CancellationToken cancellationToken) =>
        (await keys.ListAsync(cancellationToken)).Value
            .FirstOrDefault(one => one.Thumbprint == pair.Public.Thumbprint && one.MaySign)?.ToCreated();

    private Task<IDisposable> LockAsync(CancellationToken cancellationToken) =>
        file.LockAsync(surroundings.Patience, surroundings.Clock, cancellationToken);
}
