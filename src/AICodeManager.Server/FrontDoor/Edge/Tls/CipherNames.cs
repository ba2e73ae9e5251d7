using System.Net.Security;

namespace AICodeManager.Server.FrontDoor.Edge.Tls;

/// <summary>
/// The accepted ciphers by the names of the configuration, which are OpenSSL's for TLS 1.2 and the standard's for 1.3
/// (RFC 8446 appendix B.4, RFC 5289, RFC 7905). All have forward secrecy and authenticated encryption.
/// </summary>
internal static class CipherNames
{
    private static readonly Dictionary<string, TlsCipherSuite> Older = new()
    {
        ["ECDHE-ECDSA-AES256-GCM-SHA384"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        ["ECDHE-RSA-AES256-GCM-SHA384"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        ["ECDHE-ECDSA-AES128-GCM-SHA256"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        ["ECDHE-RSA-AES128-GCM-SHA256"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ["ECDHE-ECDSA-CHACHA20-POLY1305"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        ["ECDHE-RSA-CHACHA20-POLY1305"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    };

    private static readonly Dictionary<string, TlsCipherSuite> Newest = new()
    {
        ["TLS_AES_256_GCM_SHA384"] = TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        ["TLS_AES_128_GCM_SHA256"] = TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        ["TLS_CHACHA20_POLY1305_SHA256"] = TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    };

    /// <summary>
    /// The suites to offer, in the order in which they were listed. A list that names none of TLS 1.3 is about 1.2 alone, as
    /// with other servers: it must not switch the better version off.
    /// </summary>
    public static IReadOnlyList<TlsCipherSuite> Suites(IReadOnlyList<string> names)
    {
        List<TlsCipherSuite> listed = [.. names.Where(Newest.ContainsKey).Select(name => Newest[name])];
        return [.. listed.Count > 0 ? listed : [.. Newest.Values], .. names.Where(Older.ContainsKey).Select(name => Older[name])];
    }
}
