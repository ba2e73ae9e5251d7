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
        where T : class
    {
        var handle = NewHandle();
        await PutBackAsync(kind, handle, new Kept<T>(thing, time.GetUtcNow() + Lifetime), cancel);
        return handle;
    }

    /// <summary>Keeps under a handle what was taken by it, for the rest of its time.</summary>
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task PutBackAsync<T>(string kind, string handle, Kept<T> kept, CancellationToken cancel)
        where T : class
    {
        var claim = new Claim(handle, kind) { Value = JsonSerializer.Serialize(kept, WireJson.Options), Until = kept.Until };
        await coordination.ExchangeAsync([claim], cancel);
        if (!claim.Granted)
        {
            throw new InvalidOperationException("A handle is in use that nobody else can know.");
        }
    }

    /// <summary>The thing, for the first who asks in time; null for everybody else.</summary>
    /// <exception cref="CoordinationUnavailableException"/>
    public async Task<Kept<T>?> TakeAsync<T>(string kind, string? handle, CancellationToken cancel)
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
            ? kept
            : null;
    }
}

/// <summary>Something under a handle.</summary>
public sealed record Kept<T>(T Thing, DateTimeOffset Until)
    where T : class;
