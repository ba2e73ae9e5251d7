using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Access;

/// <summary>
/// The table of <c>docs/access.md</c> against the running server: every route, asked by everybody it can matter to. A
/// route without a line in the table, or a line without a route, fails.
/// </summary>
public sealed class AccessTableTests(AccessServer access) : IClassFixture<AccessServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public void The_table_has_a_line_for_every_route_and_no_other()
    {
        var routes = AccessTable.Routes(access.Server);
        Assert.Equal(routes.Keys.Order(), AccessTable.Rows.Select(r => r.Route).Order());
        Assert.All(routes.Values, r => Assert.NotNull(r.Metadata.GetMetadata<AccessRule>()));
    }

    [Fact]
    public void The_table_says_what_the_rules_and_the_roles_of_the_guide_come_to()
    {
        var roles = access.Server.Services.GetRequiredService<Settings>().Rbac.Roles;
        List<string> wrong = [];
        foreach (var (row, rule) in Lines())
        {
            wrong.AddRange(
                from role in AccessServer.Roles
                let accepted = Cells(rule, role)
                where !accepted.Contains(row.Cell(role))
                select $"{row.Route}: for {role} the table has '{row.Cell(role)}', the rule gives '{string.Join("' or '", accepted)}'");
            if (row.Anonymous != (rule.Permission is null ? "open" : "401"))
            {
                wrong.Add($"{row.Route}: anonymous");
            }

            if (row.Least != (NamesSomethingOfAWorkspace(row) ? rule.Least : null))
            {
                wrong.Add($"{row.Route}: the membership is {rule.Least}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));

        string[] Cells(AccessRule rule, string role) => rule.Permission switch
        {
            null => ["open"],
            "" => ["yes", "own"],
            _ => Permission.Judge(roles[role].Permissions, rule.Permission) switch
            {
                Reach.Any => ["all", "yes"],
                Reach.Own => ["own", "yes"],
                _ => ["—"],
            },
        };
    }

    [Fact]
    public async Task Nobody_gets_past_a_closed_route_without_signing_in()
    {
        List<string> wrong = [];
        var nobody = new Person(access.Server.Anonymous(), Guid.NewGuid(), "", "");
        foreach (var (row, _) in Lines())
        {
            var (status, code) = await AskAsync(row, nobody, AccessScene.Absent(), nobody.Id);
            Expect(wrong, row, "anonymous", row.Anonymous == "401" ? (status, code) == (401, "authentication_required") : Passed(status, code), status, code);
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Every_role_gets_what_the_table_says_where_no_workspace_is_named()
    {
        List<string> wrong = [];
        foreach (var (row, role) in from line in Lines() where line.Row.Least is null from role in AccessServer.Roles select (line.Row, role))
        {
            var person = await access.AwakeAsync(role);
            var (status, code) = await AskAsync(row, person, AccessScene.Absent(), person.Id);
            Expect(wrong, row, role, row.Cell(role) == "—" ? (status, code) == (403, "permission_denied") : Passed(status, code), status, code);
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Theory]
    [InlineData("user", "owner")]
    [InlineData("user", "editor")]
    [InlineData("user", "viewer")]
    [InlineData("user", null)]
    [InlineData("viewer", "owner")]
    [InlineData("viewer", null)]
    [InlineData("admin", null)]
    public async Task Every_route_of_a_workspace_answers_by_role_and_membership(string role, string? membership)
    {
        List<string> wrong = [];
        var (person, owner) = (await access.AwakeAsync(role), await access.NewPersonAsync("user"));
        Membership? mine = membership is null ? null : Enum.Parse<Membership>(membership, ignoreCase: true);
        foreach (var (row, _) in Lines().Where(l => l.Row.Least is not null))
        {
            Dictionary<Guid, Membership> members = new() { [owner.Id] = Membership.Owner };
            if (mine is { } given)
            {
                members[person.Id] = given;
            }

            var scene = await AccessScene.NewAsync(access.Server, owner.Id, members);
            var (status, code) = await AskAsync(row, person, scene, mine is null ? scene.Bystander : person.Id);
            (int, string)? refusal = row.Cell(role) switch
            {
                "—" => (403, "permission_denied"),
                "own" when mine is null => DeniesOthers(row, role) ? (403, "permission_denied") : (404, "not_found"),
                "own" when mine < row.Least => (403, "membership_insufficient"),
                _ => null,
            };
            Expect(
                wrong, row, $"{role}, {membership ?? "stranger"}",
                refusal is null ? Passed(status, code) && status != 404 : (status, code) == refusal, status, code);
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task A_foreign_thing_and_one_that_is_nowhere_are_refused_in_the_same_words()
    {
        List<string> wrong = [];
        var (stranger, owner) = (await access.AwakeAsync("user"), await access.NewPersonAsync("user"));
        var scene = await AccessScene.NewAsync(access.Server, owner.Id, new Dictionary<Guid, Membership> { [owner.Id] = Membership.Owner });
        foreach (var (row, _) in Lines().Where(l => l.Row.Least is not null))
        {
            var foreign = await TextAsync(row, stranger, scene);
            var absent = await TextAsync(row, stranger, AccessScene.Absent());
            if (foreign != absent || !foreign.Contains("\"not_found\"", StringComparison.Ordinal))
            {
                wrong.Add($"{row.Route}: {foreign} but {absent}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private IEnumerable<(AccessRow Row, AccessRule Rule)> Lines()
    {
        var routes = AccessTable.Routes(access.Server);
        return from row in AccessTable.Rows where routes.ContainsKey(row.Route) select (row, routes[row.Route].Metadata.GetMetadata<AccessRule>()!);
    }

    // To put out somebody else takes another permission than to leave (docs/api.md).
    private static bool DeniesOthers(AccessRow row, string role) => role == "viewer" && row.Route.StartsWith("DELETE ", StringComparison.Ordinal);

    private static bool NamesSomethingOfAWorkspace(AccessRow row) =>
        ((string[])["workspaces", "projects", "tasks"]).Any(t => row.Path.StartsWith($"/api/v1/{t}/{{id}}", StringComparison.Ordinal));

    // Whatever else is wrong with the request: who asks was not it.
    private static bool Passed(int status, string? code) =>
        code is not ("authentication_required" or "token_invalid" or "token_malformed" or "permission_denied" or "membership_insufficient")
        && status is not 500;

    private static void Expect(List<string> wrong, AccessRow row, string who, bool right, int status, string? code)
    {
        if (!right)
        {
            wrong.Add($"{row.Route} as {who}: {status} {code}");
        }
    }

    private async Task<(int Status, string? Code)> AskAsync(AccessRow row, Person person, AccessScene scene, Guid self)
    {
        using var body = BodyOf(row);
        return await person.Client.TryAsync(new HttpMethod(row.Method), scene.Fill(row.Path, self), body);
    }

    private async Task<string> TextAsync(AccessRow row, Person person, AccessScene scene)
    {
        using var body = BodyOf(row);
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), scene.Fill(row.Path, scene.Bystander)) { Content = body };
        using var answer = await person.Client.Http.SendAsync(request, Cancel);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(h => h.Key.ToUpperInvariant() is not ("DATE" or "X-REQUEST-ID"));
        var problem = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await answer.Content.ReadAsStringAsync(Cancel))!;
        problem.Remove("request_id");
        return $"{(int)answer.StatusCode} {string.Join(", ", headers.Select(h => $"{h.Key}: {string.Join(",", h.Value)}").Order())} {JsonSerializer.Serialize(problem)}";
    }

    // Where nothing of a workspace is named, access is settled before the body is read: one that no endpoint takes does no harm.
    private StringContent? BodyOf(AccessRow row) => row.Method is "GET" or "DELETE" ? null : new(
        row.Least is null ? """{"no such member":0}""" : AccessScene.Body(AccessTable.Routes(access.Server)[row.Route]),
        Encoding.UTF8, "application/json");
}
