using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>What a challenge was made for; an answer to it is good for nothing else.</summary>
public enum PasskeyPurpose
{
    Register,
    SignIn,
    StepUp,
}

/// <summary>
/// Keeps the challenge between the two halves of a WebAuthn ceremony: on the server, for one use, for five minutes,
/// under a name of 256 random bits that only whoever began the ceremony was told.
/// </summary>
public sealed class PasskeyCeremonies(ICoordination coordination, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const int NameBytes = 32;
    private static readonly int NameLength = Base64Url.GetEncodedLength(NameBytes);

    /// <summary>Keeps the handler's state and gives the ceremony's name.</summary>
    /// <param name="session">The session that began it; null before sign-in.</param>
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task<string> BeginAsync(PasskeyPurpose purpose, Guid? session, string state, CancellationToken cancel)
    {
        var name = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NameBytes));
        // Forgotten in a restart, it fails one ceremony; kept through it, it would cost a write for any stranger's request.
        var claim = new Claim(name, KeyOf(purpose, session)) { Value = state, Until = time.GetUtcNow() + Lifetime, Forgettable = true };
        await coordination.ExchangeAsync([claim], cancel);
        return claim.Granted
            ? name
            : throw new CoordinationUnavailableException("The challenge of a passkey ceremony was not kept.");
    }

    /// <summary>
    /// Takes the state out, for good. Null when there is none of this name, purpose and session: it was taken before,
    /// its time is over, or it is another's.
    /// </summary>
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task<string?> TakeAsync(string name, PasskeyPurpose purpose, Guid? session, CancellationToken cancel)
    {
        if (name.Length != NameLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return null;
        }

        var take = new Take(name, KeyOf(purpose, session));
        await coordination.ExchangeAsync([take], cancel);
        return take.Answer;
    }

    // Purpose and session are part of the key: whoever asks with others finds nothing and takes nothing away.
    private static string KeyOf(PasskeyPurpose purpose, Guid? session) =>
        $"passkey.{purpose.ToString().ToLowerInvariant()}.{session?.ToString("N") ?? "nobody"}";
}
