using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Api;

/// <summary>
/// The answer's header that makes a device known to an account: sent back with later sign-ins, it has the device's failures
/// counted apart, so that strangers' failures do not lock it out.
/// </summary>
internal static class DeviceHeader
{
    /// <summary>Characters that a server accepts; a longer one would have every sign-in refused.</summary>
    private const int Longest = 200;

    public static Secret? Of(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("X-Device-Token", out var values) && values.ToArray() is [var only] ? Usable(only) : null;

    /// <summary>Null where a text cannot be such a token.</summary>
    public static Secret? Usable(string? text) =>
        text is { Length: > 0 and <= Longest } && new Secret(text) is var token && AuthorizationHeader.Accepts(token) ? token : null;
}
