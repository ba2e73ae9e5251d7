using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Access;

/// <summary>What is not served at all; who may use what is served stands in <see cref="AccessTableTests"/>.</summary>
public sealed class RouteTests
{
    [Theory]
    [InlineData("GET", "/nothing/here", 404, "not_found")]
    [InlineData("GET", "/api/v1/workspaces/not-a-uuid", 404, "not_found")]
    [InlineData("PATCH", "/healthz", 405, "method_not_allowed")]
    public async Task What_is_not_there_is_a_problem_document(string method, string path, int status, string code)
    {
        await using var server = await LiveServer.StartAsync();
        Assert.Equal((status, code), await server.Anonymous().TryAsync(new HttpMethod(method), path));
    }
}
