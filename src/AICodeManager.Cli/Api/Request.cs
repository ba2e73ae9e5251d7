using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Api;

/// <summary>One request as it can be sent again: a refused token is replaced once and the request repeated.</summary>
/// <param name="Route">Below /api/v1, with escaped segments.</param>
internal sealed record Request(HttpMethod Method, string Route)
{
    /// <summary>Makes the body, anew for each sending; the same bytes each time, as they are hashed before they are sent.</summary>
    public Func<HttpContent>? Body { get; init; }

    public string Accept { get; init; } = "application/json";

    /// <summary>Goes without a token.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Goes without a signature: what must be possible with a key that is not accepted, such as signing in.</summary>
    public bool Unsigned { get; init; }

    /// <summary>A new pair whose possession the request proves, by a second signature.</summary>
    public SigningKey? Proof { get; init; }

    /// <summary>Carries a file: takes as long as a file may.</summary>
    public bool IsTransfer { get; init; }

    /// <summary>Is itself the answer to a demand for a fresh proof.</summary>
    public bool IsProof { get; init; }

    /// <summary>Bound of the wait for its answer, where it has one of its own.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Where an event stream goes on.</summary>
    public string? LastEventId { get; init; }
}
