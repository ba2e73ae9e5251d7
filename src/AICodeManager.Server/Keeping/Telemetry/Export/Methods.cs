namespace AICodeManager.Server.Keeping.Telemetry.Export;

/// <summary>The methods of RFC 9110 and RFC 5789. Anything else, which a client invented, is <c>_OTHER</c>.</summary>
internal static class Methods
{
    public static string Known(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT" ? method : "_OTHER";
}
