using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// The secrets that seal keys in cookies: the current one and those it replaced. Each is known by a number that it gives
/// itself, which cookies name: a new secret is put first, the old one is kept beside it for as long as its cookies live,
/// and nobody is signed out. One use of a secret is one key (RFC 5869), so that no text of one use means anything in another.
/// </summary>
public sealed class KeyCookieSecrets
{
    /// <summary>Bytes of the number that a cookie names its secret by.</summary>
    public const int IdBytes = 8;

    private readonly One[] ring;

    public KeyCookieSecrets(Secret current, IEnumerable<Secret> previous)
    {
        ring = [new One(current), .. previous.Select(secret => new One(secret))];
        CsrfKeys = [.. ring.Select(one => one.Csrf)];
    }

    internal One Current => ring[0];

    /// <summary>Keys of the tokens that pages send beside a cookie-held key, the current one first.</summary>
    public IReadOnlyList<byte[]> CsrfKeys { get; }

    internal One? Find(ReadOnlySpan<byte> id)
    {
        foreach (var one in ring)
        {
            if (id.SequenceEqual(one.Id))
                return one;
        }

        return null;
    }

    internal sealed class One(Secret secret)
    {
        public byte[] Id { get; } = Derive(secret, "aicli key cookie secret id v1", IdBytes);

        /// <summary>For AES-256-GCM.</summary>
        public byte[] Seal { get; } = Derive(secret, "aicli key cookie seal v1", 32);

        public byte[] Csrf { get; } = Derive(secret, "aicli key cookie csrf v1", 32);

        private static byte[] Derive(Secret secret, string use, int bytes) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret.Reveal()), bytes, info: Encoding.UTF8.GetBytes(use));
    }
}
