using System.Text.RegularExpressions;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Docs;

/// <summary>The guides list words that clients rely on. A word that the code uses stands in them, and no other does.</summary>
public sealed class GuideTests
{
    private const string Word = "\"([a-z][a-z_]+)\"";

    [Fact]
    public void Every_audit_event_stands_in_its_guide()
    {
        var calls = Repository.Words(Repository.Sources(), @"(?s)\b((?:Audit)?Event\([^();{]*)");
        var used = Repository.Words(calls, Word);
        used.UnionWith(Repository.Words(Repository.Sources("Keeping/Audit"), $"=> {Word}"));
        used.UnionWith(Repository.Words(Repository.Sources(), $@"\bEvent = (?:[^"";]*\? null : )?{Word}"));
        used.RemoveWhere(IsNoEvent);
        SameWords(used, Repository.FirstColumn("audit-events.md"));
    }

    [Fact]
    public void Every_refusal_code_stands_in_its_guide()
    {
        string[] rooms = ["FrontDoor", "Bff", "Ground/Http", "Work/Workspaces", "Work/Projects", "Work/Tasks", "Keeping/Alerts", "Keeping/Audit", "Keeping/Backups", "Keeping/Checks"];
        var sources = rooms.SelectMany(Repository.Sources).ToList();
        var used = Repository.Words(sources, $@"\b(?:Conflict|Unavailable|Unauthenticated|InvalidToken)\(\s*{Word}");
        used.UnionWith(Repository.Words(sources, $@"\bnew(?: Refusal)?\(\d{{3}}, {Word}"));
        used.UnionWith(Repository.Words(Repository.Words(sources, "(?s)class ProjectToolException.*?const string ([^;]*);"), Word));
        used.UnionWith(SandboxCodes());
        used.Add("http_…");
        SameWords(used, Repository.FirstColumn("api.md", "Refusal codes"));
    }

    [Fact]
    public void Every_reason_of_a_task_stands_in_its_guide()
    {
        var sources = Repository.Sources("Work/Tasks");
        var used = Repository.Words(sources, $@"Failed\({Word}");
        used.UnionWith(Repository.Words(sources, $@"new\(TaskState\.\w+, {Word}"));
        used.UnionWith(Repository.Words(sources, $@"Arm\(\w+, {Word}"));
        used.UnionWith(SandboxCodes());
        used.UnionWith(typeof(FaultKinds).GetFields().Select(kind => (string)kind.GetRawConstantValue()!));
        used.UnionWith(["agent_error", "error_…"]);
        SameWords(used, Repository.FirstColumn("tasks.md", "Reasons"));
    }

    [Fact]
    public void Every_kind_of_task_event_stands_in_its_guide()
    {
        var used = Repository.Words(Repository.Sources("Work/Tasks"), $@"=>\s+new\({Word}, new\b");
        SameWords(used, Repository.FirstColumn("tasks.md", "Events"));
    }

    [Fact]
    public async Task Every_route_stands_in_the_guide_with_the_permission_it_needs()
    {
        await using var server = await LiveServer.StartAsync();
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => Row(method, endpoint)));
        var written = Regex.Matches(Repository.Guide("api.md"), @"(?m)^\| (`[A-Z]+ /[^|]*) \| ([^|]*) \|").Select(row => $"{row.Groups[1]} {row.Groups[2]}");
        SameWords([.. routes], [.. written]);
    }

    [Fact]
    public void Every_link_between_guides_leads_somewhere()
    {
        foreach (var guide in Repository.Guides())
        {
            foreach (var link in Repository.Words([File.ReadAllText(guide)], @"\]\((?!https?:)([^)#]+)"))
                Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(guide)!, link)), $"{Path.GetFileName(guide)} links to {link}.");
        }
    }

    [Fact]
    public void Every_decision_that_the_code_names_is_written_down()
    {
        var named = Repository.Words(Repository.Sources(), @"docs/decisions/(\d{4})");
        var written = Repository.Guides().Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])).Select(name => name![..4]);
        Assert.Empty(named.Except(written));
    }

    private static void SameWords(SortedSet<string> used, SortedSet<string> listed) => Assert.True(
        used.SetEquals(listed),
        $"Not in the guide: {string.Join(", ", used.Except(listed))}. Not in the code: {string.Join(", ", listed.Except(used))}.");

    private static SortedSet<string> SandboxCodes()
    {
        var sources = Repository.Sources("Work/Sandbox");
        var codes = Repository.Words(sources, $@"SandboxException\(\s*{Word}");
        codes.UnionWith(Repository.Words(sources, $@"=> new\(\s*{Word}, \$?"""));
        codes.UnionWith(Repository.Words(sources.Where(text => text.Contains("class DockerError", StringComparison.Ordinal)), $"=> {Word},"));
        return codes;
    }

    private static string Row(string method, RouteEndpoint endpoint)
    {
        var path = Regex.Replace(endpoint.RoutePattern.RawText!.Trim('/'), @"\{(?:\*\*)?(\w+)(?::\w+)?\}", "{$1}");
        var needs = endpoint.Metadata.GetMetadata<AccessRule>()!.Permission switch
        {
            null => "open to all",
            "" => "sign-in",
            var permission => $"`{permission}`",
        };
        return $"`{method} /{path}` {needs}";
    }

    // Resource types and keys of details that stand within the same call.
    private static bool IsNoEvent(string word) => word is "user" or "chain" or "session" or "workspace" or "project" or "task" or "what" or "path" or "paths" or "commit" or "diff";
}
