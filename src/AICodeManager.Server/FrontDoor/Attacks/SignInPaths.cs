using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>What a route has to do with signing in.</summary>
public enum SignInPath
{
    None,

    /// <summary>Proves somebody, or makes an account.</summary>
    Plain,

    /// <summary>The same, and may come from a device that the account knows.</summary>
    TakesDevice,
}

/// <summary>
/// The routes where somebody without a session proves who they are by what can be guessed, or makes an account. A reset,
/// 256 random bits from an administrator, is the way back in and stays open.
/// </summary>
internal static class SignInPaths
{
    private static readonly FrozenDictionary<string, SignInPath> Known = new Dictionary<string, SignInPath>
    {
        ["/api/v1/auth/login"] = SignInPath.TakesDevice,
        ["/api/v1/keys/re-enrol"] = SignInPath.TakesDevice,
        ["/api/v1/auth/register"] = SignInPath.Plain,
        ["/api/v1/auth/passkeys/login/options"] = SignInPath.Plain,
        ["/api/v1/auth/passkeys/login"] = SignInPath.Plain,
        ["/auth/oauth/complete"] = SignInPath.Plain,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    // Routing takes one slash at the end, and any case.
    public static SignInPath Of(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Value is { Length: > 1 } path
            ? Known.GetValueOrDefault(path[^1] == '/' ? path[..^1] : path)
            : SignInPath.None;
}
