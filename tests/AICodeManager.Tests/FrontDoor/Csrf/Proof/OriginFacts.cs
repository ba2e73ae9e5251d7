namespace AICodeManager.Tests.FrontDoor.Csrf.Proof;

/// <summary>
/// Requests to <c>https://example.com</c> and whether Go's standard library lets them pass. Facts of
/// <c>src/net/http/csrf_test.go</c> of golang/go at commit a4afd6ab3fd3e69fc38e5642441bb83f26c32015 (BSD-3-Clause); its
/// exceptions by path have no like here.
/// </summary>
internal static class OriginFacts
{
    public sealed record Fact(string? SecFetchSite, string? Origin, bool Passes);

    /// <summary>Without trusted origins; what only reads passes there whatever it says.</summary>
    public static readonly Fact[] Writing =
    [
        new("same-origin", null, true), new("none", null, true), new("cross-site", null, false), new("same-site", null, false),
        new(null, null, true), new(null, "https://example.com", true), new(null, "https://attacker.example", false), new(null, "null", false),
    ];

    /// <summary>With <c>https://trusted.example</c> as trusted.</summary>
    public static readonly Fact[] Trusting =
    [
        new(null, "https://trusted.example", true), new("cross-site", "https://trusted.example", true),
        new(null, "https://attacker.example", false), new("cross-site", "https://attacker.example", false),
    ];

    /// <summary>Texts, and whether they are an origin that can be trusted.</summary>
    public static readonly (string Text, bool IsOrigin)[] Texts =
    [
        ("https://example.com", true), ("https://example.com:8080", true), ("http://example.com", true), ("example.com", false),
        ("https://", false), ("https://example.com/", false), ("https://example.com/path", false), ("https://example.com?query=value", false),
        ("https://example.com#fragment", false), ("https://ex ample.com", false), ("", false), ("null", false),
    ];
}
