using System.Text;

namespace AICodeManager.Server.Work.Egress;

/// <summary>The head of one request to the proxy: RFC 9112 section 3, in the two forms a proxy is asked in.</summary>
/// <param name="Authority">Host and port asked for.</param>
/// <param name="Tunnel">CONNECT; else a plain request in absolute form.</param>
/// <param name="Forward">The head as the origin is to see it; empty for a tunnel.</param>
internal sealed record ProxyHead(string Authority, bool Tunnel, byte[] Forward)
{
    /// <summary>Null when it is neither form, or has no end.</summary>
    public static ProxyHead? Parse(ReadOnlySpan<byte> head)
    {
        if (!head.EndsWith("\r\n\r\n"u8) || head.ContainsAnyExceptInRange((byte)0x09, (byte)0x7E))
            return null;
        var lines = Encoding.ASCII.GetString(head).Split("\r\n");
        if (lines.Any(line => line.Contains('\r') || line.Contains('\n'))
            || lines[0].Split(' ') is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"])
        {
            return null;
        }

        return method == "CONNECT" ? new ProxyHead(target, true, []) : Plain(method, target, lines);
    }

    private static ProxyHead? Plain(string method, string target, string[] lines)
    {
        const string Scheme = "http://";
        if (method is not ("GET" or "POST") || !target.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var slash = target.IndexOf('/', Scheme.Length);
        var authority = slash < 0 ? target[Scheme.Length..] : target[Scheme.Length..slash];
        var path = slash < 0 ? "/" : target[slash..];

        // One request a connection: what the origin sees is always a head that was judged here.
        var forward = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
        foreach (var line in lines[1..].TakeWhile(line => line.Length > 0))
        {
            var name = line.Split(':')[0].TrimEnd();
            if (!name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
                && !name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase))
            {
                forward.Append(line).Append("\r\n");
            }
        }

        return new ProxyHead(authority, false, Encoding.ASCII.GetBytes(forward.Append("\r\n").ToString()));
    }
}
