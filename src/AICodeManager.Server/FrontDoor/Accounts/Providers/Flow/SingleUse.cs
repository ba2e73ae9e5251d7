using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;

/// <summary>Keeps things on the server under a handle that works once, on any node, until its time is over.</summary>
public sealed class SingleUse(ICoordination coordination, TimeProvider time)
{
    /// <summary>How long a person has for a page of the provider, or for a code (spec A7).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int HandleBytes = 32;
    private static readonly int HandleLength = Base64Url.GetEncodedLength(HandleBytes);

    /// <summary>256 random bits in base64url, 43 characters; also fit for a PKCE verifier (RFC 7636 section 4.1).</summary>
    public static string NewHandle() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(HandleBytes));

    public static bool IsWellFormed(string? handle) => handle?.Length == HandleLength && Base64Url.IsValid(handle);

    /// <param name="kind">What sort of thing; a handle of one sort never gives another.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task<string> KeepAsync<T>(string kind, T thing, CancellationToken cancel)
    {
        var handle = NewHandle();
        var until = time.GetUtcNow() + Lifetime;
        var claim = new Claim(handle, kind) { Value = JsonSerializer.Serialize(new Kept<T>(thing, until), WireJson.Options), Until = until };
        await coordination.ExchangeAsync([claim], cancel);
        return claim.Granted ? handle : throw new InvalidOperationException("A random handle was taken already.");
    }

    /// <summary>The thing, for the first who asks in time; default for everybody else.</summary>
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task<T?> TakeAsync<T>(string kind, string? handle, CancellationToken cancel)
        where T : class
    {
        if (!IsWellFormed(handle))
        {
            return null;
        }

        var take = new Take(handle!, kind);
        await coordination.ExchangeAsync([take], cancel);
        // The store forgets in its own time; ours is exact.
        return take.Answer is { } text && JsonSerializer.Deserialize<Kept<T>>(text, WireJson.Options) is { } kept && kept.Until > time.GetUtcNow()
            ? kept.Thing
            : null;
    }

    private sealed record Kept<T>(T Thing, DateTimeOffset Until);
}
