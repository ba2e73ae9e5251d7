using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>What became of a code.</summary>
public enum SecondFactorResult
{
    /// <summary>The account has no second factor.</summary>
    NotEnrolled,

    /// <summary>The code was right and is spent now.</summary>
    Accepted,

    Wrong,
}

/// <summary>
/// The door for whoever is given a code: sign-in and step-up. It counts no failures; both do that themselves.
/// </summary>
public sealed class SecondFactors(UserManager<Account> users, RecoveryCodeStore recovery, Database database)
{
    /// <summary>Characters of the longest text that is looked at.</summary>
    public const int MaxLength = 64;

    /// <summary>
    /// Takes a code of the authenticator app or a recovery code, and spends it. An account that has passkeys only has
    /// recovery codes, too.
    /// </summary>
    /// <param name="code">Anything a client sent; blanks, dashes and case do not matter.</param>
    public async Task<SecondFactorResult> CheckAsync(Account account, string code, RequestOrigin origin, CancellationToken cancel)
    {
        if (!await database.ReadAsync(r => FactorFlag.IsSetAsync(r, account.Id), cancel))
        {
            return SecondFactorResult.NotEnrolled;
        }

        // A wrong text is tried as both, whatever its form: refusals take the same way.
        var plain = Plain(code);
        return await users.VerifyTwoFactorTokenAsync(account, TotpProvider.Name, plain)
            || await recovery.UseAsync(account.Id, plain, origin, cancel)
                ? SecondFactorResult.Accepted
                : SecondFactorResult.Wrong;
    }

    /// <summary>A code as it is compared; what is too long becomes the empty text, which no code equals.</summary>
    public static string Plain(string code) => code.Length > MaxLength
        ? ""
        : string.Concat(code.Where(c => c is not (' ' or '-'))).ToUpperInvariant();
}
