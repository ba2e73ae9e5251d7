using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Configuration.Sections;
using Microsoft.AspNetCore.Routing.Patterns;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>
/// A limit of <c>rate_limit.endpoints</c>: <c>/api/v1/workspaces</c>, <c>/api/v1/projects/{id}/tasks</c> or
/// <c>POST /api/v1/projects/{id}/tasks</c>. It is compared with routes, not with what was requested: every path that leads
/// to a route counts there, and no spelling leads around it.
/// </summary>
internal sealed class EndpointLimit
{
    // Where somebody shows who he is: guessing is what these routes are asked for.
    private static readonly string[] Proofs = ["/api/v1/auth/", "/auth/", "/api/v1/keys/re-enrol"];

    private readonly string? method;
    private readonly string[] segments;

    public EndpointLimit(string name, RateLimit limit)
    {
        Name = name;
        var path = name[name.IndexOf('/', StringComparison.Ordinal)..];
        method = path.Length == name.Length ? null : name[..^(path.Length + 1)];
        segments = path.Trim('/').Split('/');
        Policy = new RateLimitPolicy(
            "endpoint", RateLimitScope.Caller, $"e:{Short(name)}:", limit.Requests, limit.Window,
            Strict: Proofs.Any(proof => path.StartsWith(proof, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>As in the configuration.</summary>
    public string Name { get; }

    public RateLimitPolicy Policy { get; }

    public bool Covers(Endpoint? endpoint) => endpoint is RouteEndpoint route
        && (method is null || endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(method) == true)
        && route.RoutePattern.PathSegments is var of && of.Count == segments.Length && segments.Index().All(s => Covers(s.Item, of[s.Index]));

    // How parameters are called here and there does not matter.
    private static bool Covers(string segment, RoutePatternPathSegment of) => of.Parts is [RoutePatternLiteralPart literal]
        ? string.Equals(segment, literal.Content, StringComparison.OrdinalIgnoreCase)
        : segment[0] == '{';

    private static string Short(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8));
}
