using System.Text.RegularExpressions;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Tests.Docs;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Access;

/// <summary>One line of the table in <c>docs/access.md</c>.</summary>
/// <param name="Least">Null where the route names nothing of a workspace.</param>
public sealed record AccessRow(string Route, string Admin, string User, string Viewer, string Anonymous, Membership? Least)
{
    public string Method => Route[..Route.IndexOf(' ', StringComparison.Ordinal)];

    public string Path => Route[(Route.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    public string Cell(string role) => role switch { "admin" => Admin, "user" => User, "viewer" => Viewer, _ => Anonymous };
}

/// <summary>The table as it is written, and the routes as they are.</summary>
public static partial class AccessTable
{
    public static IReadOnlyList<AccessRow> Rows { get; } =
        [.. Line().Matches(Repository.Guide("access.md")).Select(row => new AccessRow(
            row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value, row.Groups[5].Value,
            row.Groups[6].Value is "—" ? null : Enum.Parse<Membership>(row.Groups[6].Value, ignoreCase: true)))];

    /// <summary>Every method and path the server serves, with its endpoint; paths without constraints.</summary>
    public static IReadOnlyDictionary<string, RouteEndpoint> Routes(LiveServer server) =>
        server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
                .Select(m => (Name: $"{m} /{Constraint().Replace(e.RoutePattern.RawText!.Trim('/'), "{$1}")}", Endpoint: e)))
            .ToDictionary(r => r.Name, r => r.Endpoint);

    [GeneratedRegex(@"(?m)^\| `([A-Z]+ /[^|`]*)` \| ([^|]*?) \| ([^|]*?) \| ([^|]*?) \| ([^|]*?) \| ([^|]*?) \|$")]
    private static partial Regex Line();

    [GeneratedRegex(@"\{(?:\*\*)?(\w+)(?::\w+)?\}")]
    private static partial Regex Constraint();
}
