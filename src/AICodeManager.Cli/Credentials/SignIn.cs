using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Credentials;

/// <summary>Which server a command talks to, and which token (if any) it may show there.</summary>
internal sealed class SignIn
{
    private readonly CredentialFile? file;
    private readonly Secret? fromEnvironment;
    private SavedLogin? saved;

    private SignIn(ServerAddress server, Secret? fromEnvironment, SavedLogin? saved, CredentialFile? file, DeviceKey? key)
    {
        Server = server;
        this.fromEnvironment = fromEnvironment;
        this.saved = saved;
        this.file = file;
        Key = key;
    }

    public ServerAddress Server { get; }

    /// <summary>The token came from AICLI_TOKEN: it is neither refreshed nor kept.</summary>
    public bool IsFromEnvironment => fromEnvironment is not null;

    /// <summary>The saved login is for another server than the one asked for; its token stays at home.</summary>
    public ServerAddress? SignedInElsewhere => saved is null || saved.Server == Server ? null : saved.Server;

    /// <summary>The token for <see cref="Server"/>, and for no other address.</summary>
    public Secret? Token => fromEnvironment ?? Saved?.AccessToken;

    /// <summary>What requests to <see cref="Server"/> are signed with. A token of the environment may be of another account: it goes alone.</summary>
    public DeviceKey? Key { get; }

    public SavedLogin? Saved => saved?.Server == Server ? saved : null;

    /// <summary>The order is: --server, AICLI_SERVER, the saved login, the default address.</summary>
    public static SignIn Find(string? option, Func<string, string?> environment)
    {
        var named = ServerAddress.From(option, "--server") ?? ServerAddress.From(environment("AICLI_SERVER"), "AICLI_SERVER");
        var token = environment("AICLI_TOKEN") is { Length: > 0 } text ? new Secret(text.Trim()) : null;
        if (token is not null && !AuthorizationHeader.Accepts(token))
            throw CliFailure.Usage("AICLI_TOKEN is not a token: accepted are printable ASCII characters without spaces.");
        if (token is not null && named is not null)
            return new SignIn(named, token, saved: null, file: null, key: null);
        var file = CredentialFile.Of(environment);
        var saved = file.Load();
        var server = named ?? saved?.Server ?? ServerAddress.Default;
        return new SignIn(server, token, saved, file, token is null ? file.KeyFor(server).Load() : null);
    }

    /// <summary>A login that has just been kept.</summary>
    /// <param name="key">Null: nothing is signed.</param>
    public static SignIn Of(SavedLogin login, DeviceKey? key, CliSurroundings surroundings) =>
        new(login.Server, null, login, CredentialFile.Of(surroundings.Environment), key);

    /// <summary>A key alone, whoever is signed in.</summary>
    public static SignIn Of(DeviceKey key) => new(key.Server, null, null, null, key);

    /// <summary>After a 401: a fresh token in place of <paramref name="refused"/>; null where none can be had.</summary>
    /// <param name="refresh">Spends a refresh token; once begun it must end, so it cannot be cancelled. Null: the server refuses it.</param>
    public async Task<Secret?> RenewAsync(
        Secret refused, Func<Secret, Task<SavedLogin?>> refresh,
        Patience patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (IsFromEnvironment || file is null || Saved is null)
            return null;
        using var held = await file.LockAsync(patience, clock, cancellationToken);
        if (file.Load() is not { } current || current.Server != Server)
            return null;
        if (!refused.IsSameAs(current.AccessToken))
        {
            // Another process was faster.
            saved = current;
            return current.AccessToken;
        }

        if (current.RefreshToken is not { } spare)
            return null;
        if (await refresh(spare) is not { } renewed)
        {
            // The session is over for good; the key needs none, and the next command need not try it again.
            if (Key is not null && current.User is not null)
                file.Save(saved = current.WithoutSession());
            return null;
        }

        saved = renewed with { User = renewed.User ?? current.User, RefreshToken = renewed.RefreshToken ?? spare };
        file.Save(saved);
        return saved.AccessToken;
    }

    /// <summary>Keeps a new login, and what the account knows this device as.</summary>
    public static async Task<string> KeepAsync(
        SavedLogin login, string email, Secret? device, CliSurroundings surroundings, CancellationToken cancellationToken)
    {
        var kept = CredentialFile.Of(surroundings.Environment);
        using var held = await kept.LockAsync(surroundings.Patience, surroundings.Clock, cancellationToken);
        kept.Save(login, device is null ? null : new KnownDevice(login.Server, email, device));
        return kept.Path;
    }

    /// <summary>Keeps what the account of the saved login knows this device as now.</summary>
    public async Task KeepDeviceAsync(Secret device, CliSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (IsFromEnvironment || file is null)
            return;
        using var held = await file.LockAsync(surroundings.Patience, surroundings.Clock, cancellationToken);
        if (file.Load() is { User.Email: { } email } current && current.Server == Server)
            file.Save(current, new KnownDevice(Server, email, device));
    }

    /// <summary>The session has ended. Where there is a key the login stays, without its tokens; else it is forgotten.</summary>
    public async Task ForgetSessionAsync(CliSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (Key is null || Saved?.User is null)
        {
            await ForgetAsync(surroundings, cancellationToken);
            return;
        }

        using var held = await file!.LockAsync(surroundings.Patience, surroundings.Clock, cancellationToken);
        if (file.Load() is { } current && current.Server == Server)
            file.Save(current.WithoutSession());
    }

    /// <summary>Forgets the saved login; a token of the environment is its owner's to forget.</summary>
    public async Task ForgetAsync(CliSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (IsFromEnvironment || file is null)
            return;
        using var held = await file.LockAsync(surroundings.Patience, surroundings.Clock, cancellationToken);
        file.Forget();
    }
}
