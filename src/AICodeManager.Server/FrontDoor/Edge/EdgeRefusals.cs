using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>What the edge refuses, before any other layer looks at the request.</summary>
internal static class EdgeRefusals
{
    /// <summary>The head is none that every reader would read alike.</summary>
    public static Refusal Malformed(string detail) =>
        new(400, "malformed_request", "The request's head cannot be accepted.") { Detail = detail };

    public static Refusal Target(string detail) =>
        new(400, "malformed_target", "The request's target cannot be accepted.") { Detail = detail };

    public static Refusal Query(string detail) =>
        new(400, "query_too_large", "The query is larger than accepted.") { Detail = detail };

    /// <summary>RFC 9110 section 15.5.20: asked for a host that is not served here.</summary>
    public static Refusal HostUnknown() => new(421, "host_unknown", "This server does not answer to that host.")
    {
        Detail = "Use a name that server.allowed_hosts lists.",
    };

    public static Refusal MediaType(string detail) =>
        new(415, "unsupported_media_type", "This route does not take that content type.") { Detail = detail };

    /// <summary>RFC 9110 section 15.5.16: the answer says which codings would be taken.</summary>
    public static Refusal ContentCoding() => new(415, "unsupported_content_encoding", "Encoded content is not taken.")
    {
        Detail = "Send the content as it is, without Content-Encoding.",
        Headers = new Dictionary<string, string> { ["Accept-Encoding"] = "identity" },
    };

    public static Refusal Stopping() => new(503, "server_stopping", "The server is being stopped.")
    {
        Headers = new Dictionary<string, string> { ["Retry-After"] = "5" },
    };

    /// <summary>What the HTTP server itself could not read: never a fault of the server.</summary>
    public static Refusal Unreadable(int status) => status switch
    {
        408 => Refusals.Timeout(),
        413 => Refusals.TooLarge("The content is larger than accepted."),
        414 => new(414, "target_too_long", "The request's target is longer than accepted."),
        431 => new(431, "headers_too_large", "The request's headers are more or larger than accepted."),
        _ => Malformed("It is not HTTP/1.1 as RFC 9112 has it."),
    };
}
