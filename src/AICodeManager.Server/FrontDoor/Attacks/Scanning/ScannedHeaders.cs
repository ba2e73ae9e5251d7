using System.Buffers;
using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>Which headers are looked at: all but those that carry proofs, and those that nothing here reads as text.</summary>
internal static class ScannedHeaders
{
    // Proofs are secrets. Client hints and entity tags are written by browsers with quotes and brackets that mean nothing here.
    private static readonly FrozenSet<string> Skipped = FrozenSet.ToFrozenSet(
        [
            "Authorization", "Proxy-Authorization", "Signature", "Signature-Input", "Accept-Signature", "Content-Digest", "Want-Content-Digest",
            "X-CSRF-Token", "X-Device-Token", "If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since", "Priority",
            "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform", "Sec-CH-UA-Full-Version-List", "Sec-WebSocket-Key", "traceparent", "tracestate",
        ],
        StringComparer.OrdinalIgnoreCase);

    // What lists of media types, languages and encodings are made of.
    private static readonly SearchValues<char> OfLists = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,.;=/*+- ");

    public static bool Skips(string name) => Skipped.Contains(name);

    /// <summary>Whether it is a list of what a client accepts, of the form that such lists have; every browser sends three.</summary>
    public static bool IsPlainList(string name, ReadOnlySpan<char> value) =>
        name.StartsWith("Accept", StringComparison.OrdinalIgnoreCase) && value.Length <= 512 && !value.ContainsAnyExcept(OfLists)
        && !value.Contains("/**", StringComparison.Ordinal) && value.Count(' ') <= value.Count(',') + value.Count(';');
}
