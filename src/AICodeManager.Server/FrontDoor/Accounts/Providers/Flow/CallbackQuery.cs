using Microsoft.Extensions.Primitives;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;

/// <summary>What the provider's redirect brought (RFC 6749 section 4.1.2, RFC 9207 section 2), bounded and each part once.</summary>
/// <param name="Error">The provider's error code; then there is no code.</param>
/// <param name="Issuer"><c>iss</c></param>
public sealed record CallbackQuery(string State, string? Code, string? Error, string? Issuer)
{
    private const int MaxCode = 2048, MaxIssuer = 512, MaxError = 128;

    /// <summary>The parts; null and what is wrong where they cannot be accepted.</summary>
    public static (CallbackQuery? Query, string? Fault) Read(IQueryCollection query)
    {
        foreach (var name in (string[])["state", "code", "error", "iss"])
        {
            // RFC 6749 section 3.1: not more than once.
            if (query[name].Count > 1)
            {
                return (null, $"{name} is given more than once");
            }
        }

        var (state, code, error, issuer) = (Text(query["state"]), Text(query["code"]), Text(query["error"]), Text(query["iss"]));
        return state switch
        {
            null => (null, "there is no state"),
            _ when !SingleUse.IsWellFormed(state) => (null, "the state is not one of this server"),
            _ when (code is null) == (error is null) => (null, "there is not either a code or an error"),
            _ when code?.Length > MaxCode || code?.All(c => c is >= ' ' and <= '~') == false => (null, "the code is too long or not printable ASCII"),
            _ when error?.Length > MaxError || issuer?.Length > MaxIssuer => (null, "error or iss is too long"),
            _ => (new CallbackQuery(state, code, error, issuer), null),
        };
    }

    private static string? Text(StringValues values) => values is [{ Length: > 0 } text] ? text : null;
}
