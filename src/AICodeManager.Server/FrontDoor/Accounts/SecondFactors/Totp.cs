using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>
/// Time-based one-time passwords (RFC 6238 with SHA-1, RFC 4226 section 5.3): pure computation, nothing is stored here.
/// </summary>
/// <remarks>docs/decisions/0014 says why the framework's provider is not used for the computation.</remarks>
public static class Totp
{
    /// <summary>Digits of a code, seconds of a time step, and bytes of a new secret (RFC 4226 section 4, R6).</summary>
    public const int Digits = 6, StepSeconds = 30, SecretBytes = 20;

    // One step back for slow typing, one ahead for a clock that is fast (RFC 6238 section 5.2).
    private const int Window = 1;

    /// <summary>The number of the time step at a moment, from the Unix epoch.</summary>
    public static long StepAt(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of one step.</summary>
    /// <param name="digits">6 to 8.</param>
    public static string CodeAt(ReadOnlySpan<byte> secret, long step, int digits = Digits)
    {
        Span<byte> counter = stackalloc byte[8], mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // SHA-1 inside HMAC is what RFC 6238 and every authenticator app use; collisions do not matter here.
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 15)..]) & int.MaxValue;
        return (number % (int)Math.Pow(10, digits)).ToString($"D{digits}");
    }

    /// <summary>The step that a code belongs to, looking one step to either side of now.</summary>
    /// <param name="after">The last step that was accepted: it and those before it are spent.</param>
    /// <returns>Null when no step in the window has this code.</returns>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long after)
    {
        var given = Encoding.UTF8.GetBytes(code);
        long? found = null;
        for (var step = StepAt(now) - Window; step <= StepAt(now) + Window; step++)
        {
            // Every step is computed and compared, whichever matched: the time tells nothing.
            var same = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CodeAt(secret, step)), given);
            if (same && step > after)
            {
                found ??= step;
            }
        }

        return found;
    }
}
