using System.Text;
using AICodeManager.Server.Ground.Http;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Heads about whose content two readers could differ: where it ends (RFC 9112 section 6.3), what it is, how it is
/// encoded. The HTTP server forgives some of that; here it is refused.
/// </summary>
internal static class HeadRules
{
    // Where a request brings both, Kestrel goes by the transfer coding and renames the length to this.
    private const string OverruledLength = "X-Content-Length";

    /// <returns>Null where nothing is wrong.</returns>
    public static Refusal? Judge(HttpRequest request)
    {
        var headers = request.Headers;
        // RFC 9110 section 9.1: the routes would take "get" for GET, and a layer that compares might not.
        if (request.Method.AsSpan().ContainsAnyInRange('a', 'z'))
            return EdgeRefusals.Malformed("Methods are written in upper case.");
        if (headers.TransferEncoding is { Count: > 0 } codings)
        {
            if (headers.ContainsKey(OverruledLength))
                return EdgeRefusals.Malformed("Content-Length and Transfer-Encoding contradict each other.");
            if (codings.Count > 1 || !string.Equals(codings[0], "chunked", StringComparison.OrdinalIgnoreCase))
                return EdgeRefusals.Malformed("The only transfer coding is chunked, once.");
            if (request.Protocol == HttpProtocol.Http10)
                return EdgeRefusals.Malformed("HTTP/1.0 has no transfer codings.");
        }

        if (headers.ContentType.Count > 1)
            return EdgeRefusals.Malformed("Content-Type is there more than once.");
        if (headers.ContentEncoding is { Count: > 0 } encodings
            && (encodings.Count > 1 || !string.Equals(encodings[0], "identity", StringComparison.OrdinalIgnoreCase)))
        {
            return EdgeRefusals.ContentCoding();
        }

        return headers.ContentType is [{ } type] && NamesOtherCharset(type)
            ? EdgeRefusals.MediaType("Text is UTF-8 here; leave the charset out, or say utf-8, not quoted.")
            : null;
    }

    // What only some readers decode is how an attack passes those that do not (UTF-7, UTF-16). A quoted name, which would
    // be allowed, is a fault to the framework's reader of JSON.
    private static bool NamesOtherCharset(string type) =>
        type.Contains("charset", StringComparison.OrdinalIgnoreCase)
        && MediaTypeHeaderValue.TryParse(type, out var parsed)
        && parsed.Parameters.Any(p => p.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
            && !p.Value.Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase));
}
