using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Access;

/// <summary>Walks every route there is; a route cannot be added without being judged here.</summary>
public sealed class RouteTests
{
    private static readonly string[] OpenRoutes =
        ["GET /healthz", "GET /readyz", "POST /api/v1/auth/login", "POST /api/v1/auth/register"];

    [Fact]
    public async Task Every_route_states_a_rule_and_only_the_known_ones_are_open()
    {
        await using var server = await LiveServer.StartAsync();
        var routes = Routes(server);
        Assert.NotEmpty(routes);
        Assert.All(routes, r => Assert.NotNull(r.Endpoint.Metadata.GetMetadata<AccessRule>()));
        Assert.Equal(
            OpenRoutes,
            routes.Where(r => r.Endpoint.Metadata.GetMetadata<AccessRule>() is { Permission: null }).Select(r => r.Name).Order());
    }

    [Fact]
    public async Task Nobody_gets_past_a_closed_route_without_a_token()
    {
        await using var server = await LiveServer.StartAsync();
        foreach (var (name, _) in Routes(server).Where(r => !OpenRoutes.Contains(r.Name)))
        {
            var parts = name.Split(' ');
            var path = parts[1].Replace("{id:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                .Replace("{requestId}", "r", StringComparison.Ordinal)
                .Replace("{**path}", "a", StringComparison.Ordinal);
            var (status, code) = await server.Anonymous().TryAsync(new HttpMethod(parts[0]), path);
            Assert.True((status, code) == (401, "authentication_required"), $"{name}: {status} {code}");
        }
    }

    [Fact]
    public async Task A_role_without_the_permission_is_refused_by_name()
    {
        await using var server = await LiveServer.StartAsync();
        var viewer = await server.SignUpAsync("viewer");
        Assert.Equal((403, "permission_denied"), await viewer.TryAsync(HttpMethod.Post, "workspaces", new { name = "x" }));
        Assert.Equal((403, "permission_denied"), await viewer.TryAsync(HttpMethod.Get, "admin/audit"));
    }

    [Theory]
    [InlineData("GET", "/nothing/here", 404, "not_found")]
    [InlineData("GET", "/api/v1/workspaces/not-a-uuid", 404, "not_found")]
    [InlineData("PATCH", "/healthz", 405, "method_not_allowed")]
    public async Task What_is_not_there_is_a_problem_document(string method, string path, int status, string code)
    {
        await using var server = await LiveServer.StartAsync();
        Assert.Equal((status, code), await server.Anonymous().TryAsync(new HttpMethod(method), path));
    }

    private static List<(string Name, RouteEndpoint Endpoint)> Routes(LiveServer server) =>
        [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
                .Select(m => ($"{m} /{e.RoutePattern.RawText!.Trim('/')}", e)))];
}
