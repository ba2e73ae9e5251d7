using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// Names of what is counted, keyed (HMAC-SHA256 under keys derived from the sessions' secret, RFC 5869), so that the
/// store tells nobody who was tried, and least of all with which password. 128 bits of each are kept.
/// </summary>
public sealed class GuessKeys(SessionSettings session)
{
    private const int Kept = 16;

    private readonly byte[] names = session.DeriveKey("aicli sign-in attempts");
    private readonly byte[] passwords = session.DeriveKey("aicli tried passwords");

    /// <summary>Tells this installation's counts from others' in the same store.</summary>
    public string Shard => $"sign-in-{Mac(names, "shard")[..8]}";

    /// <param name="name">As it was sent.</param>
    public string OfAccount(string name) => Mac(names, $"account {AttemptName.Of(name)}");

    /// <param name="token">A refused token, of any form and length.</param>
    public string OfToken(string token) => Mac(names, $"token {token}");

    /// <summary>The same password tried at several accounts has one name; kept for minutes only.</summary>
    public string OfPassword(string password) => Mac(passwords, password);

    private static string Mac(byte[] key, string text) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, Kept));
}
