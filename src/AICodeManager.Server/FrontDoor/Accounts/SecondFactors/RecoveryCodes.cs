using System.Security.Cryptography;
using System.Text;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>
/// The codes for the day the authenticator is lost: shown once, kept as hashes, each good for one use.
/// </summary>
public static class RecoveryCodes
{
    /// <summary>Codes in a set, and random bytes of a code (80 bits).</summary>
    public const int Count = 10, RandomBytes = 10;

    /// <summary>A new set, as people see it: <c>ABCD-EFGH-IJKL-MNOP</c>.</summary>
    public static IReadOnlyList<string> NewSet() => [.. Enumerable.Range(0, Count).Select(_ => New())];

    /// <summary>
    /// What is kept of a code. With 80 random bits there is nothing to guess, so that a fast hash is enough where a
    /// password would need a slow one; the account's id in it keeps a hash from being tried against all accounts at once.
    /// </summary>
    /// <param name="code">Without its dashes, in upper case; see <see cref="SecondFactors.Plain"/>.</param>
    public static string HashOf(Guid userId, string code) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.ASCII.GetBytes($"aicli recovery code {userId:D}"), Encoding.UTF8.GetBytes(code)));

    private static string New()
    {
        var text = Base32.Encode(RandomNumberGenerator.GetBytes(RandomBytes));
        return $"{text[..4]}-{text[4..8]}-{text[8..12]}-{text[12..]}";
    }
}
