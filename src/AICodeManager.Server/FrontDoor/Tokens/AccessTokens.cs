using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>
/// Makes and reads access tokens: JSON Web Tokens (RFC 7519) of type <c>at+jwt</c> under the configured algorithm and
/// no other (RFC 8725). Reading is computation alone and tells nothing about revocation, which is the sessions' to know.
/// </summary>
public sealed class AccessTokens(Settings settings, SigningKeyRing ring, TimeProvider time)
{
    // Tokens of a usual size are read on the stack: the text and what it decodes to.
    private const int UsualLength = 1024;

    private readonly AccessTokenClaims claims = new(settings.Jwt.Issuer, settings.Jwt.Audience, settings.Rbac.Roles.Keys);

    /// <summary>
    /// A signed token. Where the list of permissions would make it longer than is ever read (8 KiB), it is left out.
    /// </summary>
    /// <exception cref="ArgumentException">The token would never be valid: it expires before it is issued.</exception>
    /// <exception cref="InvalidOperationException">
    /// The signing keys are not loaded, because the server has not been started; or issuer and audience alone are too long.
    /// </exception>
    public Secret Mint(AccessClaims content)
    {
        var key = ring.SigningKey();
        foreach (var withPermissions in (ReadOnlySpan<bool>)[true, false])
        {
            var token = CompactJws.Write(key, claims.Write(content, withPermissions));
            if (token.Length <= CompactJws.MaxLength)
            {
                return new Secret(token);
            }
        }

        throw new InvalidOperationException($"A token would be longer than {CompactJws.MaxLength} characters: shorten jwt.issuer and jwt.audience.");
    }

    /// <summary>Reads a token under the keys that this node knows now. Takes any text and never throws.</summary>
    public TokenReading Read(ReadOnlySpan<char> token) => Read(token, ring.Accepted);

    /// <summary>
    /// As <see cref="Read(ReadOnlySpan{char})"/>; where the key is unknown, another node may have made it: the stored keys are looked
    /// at once more, at most once in <see cref="SigningKeyRing.LookAgainAfter"/> however many such tokens come.
    /// </summary>
    public ValueTask<TokenReading> ReadAsync(ReadOnlyMemory<char> token, CancellationToken cancel)
    {
        var reading = Read(token.Span);
        return reading.KeyIsUnknown && ring.MayLookAgain ? ReadAgainAsync(token, reading, cancel) : ValueTask.FromResult(reading);
    }

    private async ValueTask<TokenReading> ReadAgainAsync(ReadOnlyMemory<char> token, TokenReading first, CancellationToken cancel) =>
        await ring.LookAgainAsync(cancel) ? Read(token.Span) : first;

    [SkipLocalsInit]
    private TokenReading Read(ReadOnlySpan<char> token, JwsKeySet keys)
    {
        if (token.Length > CompactJws.MaxLength)
        {
            return TokenReading.Refused(TokenFault.Malformed, "longer than any token of this server");
        }

        byte[]? rented = null;
        var space = token.Length <= UsualLength
            ? stackalloc byte[2 * UsualLength]
            : rented = ArrayPool<byte>.Shared.Rent(2 * token.Length);
        try
        {
            var text = space[..token.Length];
            if (Ascii.FromUtf16(token, text, out _) != OperationStatus.Done)
            {
                return Of(JwsFault.Malformed);
            }

            if (CompactJws.Open(text, keys, space[token.Length..], out var opened) is not JwsFault.None and var fault)
            {
                return Of(fault);
            }

            return opened.Type.SequenceEqual("at+jwt"u8)
                ? claims.Read(opened.Payload, time.GetUtcNow())
                : TokenReading.Refused(TokenFault.Invalid, "the type is not at+jwt");
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static TokenReading Of(JwsFault fault) => fault switch
    {
        JwsFault.HeaderRefused => TokenReading.Refused(TokenFault.Invalid, "the header has a member other than alg, typ and kid"),
        JwsFault.UnknownKey => TokenReading.Refused(TokenFault.Invalid, "the key is unknown", keyIsUnknown: true),
        JwsFault.WrongAlgorithm => TokenReading.Refused(TokenFault.Invalid, "the algorithm is not the key's"),
        JwsFault.BadSignature => TokenReading.Refused(TokenFault.Invalid, "the signature does not match"),
        _ => TokenReading.Refused(TokenFault.Malformed, "not a compact JWS"),
    };
}
