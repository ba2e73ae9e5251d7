using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.Identity;

/// <summary>A proof that a request carries, well-formed but not yet checked against any store.</summary>
/// <param name="TokenHash">SHA-256 of the bearer token in hexadecimal: what the session store knows it by.</param>
public sealed record Credential(string TokenHash)
{
    public static Credential? Of(HttpContext context) => context.Features.Get<Credential>();
}

/// <summary>The opaque bearer token of an API session: 256 random bits behind a prefix that secret scanners can find.</summary>
public static class BearerToken
{
    private const string Prefix = "aicli_";
    private const int RandomBytes = 32;
    private static readonly int TextLength = Prefix.Length + Base64Url.GetEncodedLength(RandomBytes);

    public static Secret New() => new(Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)));

    /// <summary>Whether the text has the form of a token; says nothing about its being valid.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == TextLength
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && Base64Url.IsValid(text.AsSpan(Prefix.Length));

    public static string HashOf(Secret token) => Convert.ToHexStringLower(token.Hash());
}
