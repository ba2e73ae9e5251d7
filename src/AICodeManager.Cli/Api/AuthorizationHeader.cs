using System.Net.Http.Headers;
using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Api;

/// <summary>RFC 6750: a bearer token in a request.</summary>
internal static class AuthorizationHeader
{
    public static AuthenticationHeaderValue Of(Secret token) => new("Bearer", token.Reveal());

    /// <summary>Whether a text can travel in the header at all: a line break in it would begin another header.</summary>
    public static bool Accepts(Secret token) => token.Reveal() is { Length: > 0 } text && text.All(c => c is > ' ' and < '\u007f');
}
