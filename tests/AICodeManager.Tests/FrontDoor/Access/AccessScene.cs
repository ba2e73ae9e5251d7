using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Work.Projects;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Access;

/// <summary>A workspace with everything a route can name in it, and how a request for any route is made of it.</summary>
/// <param name="Bystander">A member who is there only to be named.</param>
public sealed record AccessScene(Guid Workspace, Guid Project, Guid Task, string Approval, Guid Bystander)
{
    /// <summary>An address that has an account and no membership.</summary>
    public const string Guest = "guest@example.com";

    private const string File = "there.txt", Variable = "THERE";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>Harmless values of body fields that not every text will do for.</summary>
    private static readonly Dictionary<string, JsonNode> Fields = new()
    {
        ["email"] = Guest, ["role"] = "viewer", ["decision"] = "deny", ["values"] = new JsonObject { ["HARMLESS"] = "x" },
    };

    /// <summary>Makes one, straight in the database: no route is needed to test another.</summary>
    public static async Task<AccessScene> NewAsync(LiveServer server, Guid owner, IReadOnlyDictionary<Guid, Membership> members)
    {
        var scene = new AccessScene(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "asked", Guid.CreateVersion7());
        await server.Database.WriteAsync(async t =>
        {
            await t.ExecuteAsync(
                """
                INSERT INTO users (id, email, email_key, name, role, password_hash, created_at)
                VALUES (@Bystander, @Text, @Text, 'bystander', 'user', '', 0)
                """, new { scene.Bystander, Text = $"{scene.Bystander}@example.com" });
            await t.ExecuteAsync(
                "INSERT INTO workspaces (id, named_by, name, created_at) VALUES (@Workspace, @owner, @Text, 0)",
                new { scene.Workspace, owner, Text = scene.Workspace.ToString() });
            foreach (var (user, role) in members.Append(new(scene.Bystander, Membership.Viewer)))
            {
                await t.ExecuteAsync(
                    "INSERT INTO workspace_members (workspace_id, user_id, role, added_by, created_at) VALUES (@Workspace, @user, @Word, @owner, 0)",
                    new { scene.Workspace, user, Word = role.Word(), owner });
            }

            await t.ExecuteAsync(
                "INSERT INTO projects (id, workspace_id, name, source_type, state, created_at) VALUES (@Project, @Workspace, 'p', 'empty', 'ready', 0)", scene);
            await t.ExecuteAsync(
                """
                INSERT INTO tasks (id, project_id, created_by, agent, approvals, prompt, state, model, output_offset, last_event, turns,
                    budget_microusd, spent_microusd, reserved_microusd, input_tokens, output_tokens, created_at)
                VALUES (@Task, @Project, @owner, 'claude', 'ask', 'p', 'failed', 'm', 0, 0, 0, 1, 0, 0, 0, 0, 0)
                """, new { scene.Task, scene.Project, owner });
            await t.ExecuteAsync(
                """
                INSERT INTO task_approvals (task_id, request_id, tool, input, input_hash, state, remember, created_at)
                VALUES (@Task, @Approval, 'Bash', '{}', '', 'withdrawn', 0, 0)
                """, scene);
            await t.ExecuteAsync(
                """
                INSERT INTO workspace_environment (workspace_id, name, value, sealed_version, size, updated_by, updated_at)
                VALUES (@Workspace, @Variable, '', 0, 0, @owner, 0)
                """, new { scene.Workspace, Variable, owner });
        }, Cancel);
        var folders = server.Services.GetRequiredService<ProjectFolders>();
        folders.Make(scene.Project);
        await System.IO.File.WriteAllTextAsync(Path.Combine(folders.Work(scene.Project), File), "text", Cancel);
        return scene;
    }

    /// <summary>A scene of things that are nowhere.</summary>
    public static AccessScene Absent() => new(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "asked", Guid.CreateVersion7());

    /// <summary>The route's path with this scene's things in it. A parameter that names none of them gets an id that nothing has.</summary>
    /// <param name="self">Whom <c>{userId}</c> names.</param>
    public string Fill(string path, Guid self) => path
        .Replace("/workspaces/{id}", $"/workspaces/{Workspace}", StringComparison.Ordinal)
        .Replace("/projects/{id}", $"/projects/{Project}", StringComparison.Ordinal)
        .Replace("/tasks/{id}", $"/tasks/{Task}", StringComparison.Ordinal)
        .Replace("/environment/{name}", $"/environment/{Variable}", StringComparison.Ordinal)
        .Replace("{requestId}", Approval, StringComparison.Ordinal)
        .Replace("{userId}", self.ToString(), StringComparison.Ordinal)
        .Replace("{path}", File, StringComparison.Ordinal)
        .Split('/').Aggregate("", (whole, part) => $"{whole}/{(part is ['{', ..] ? Guid.NewGuid().ToString() : part)}")[1..];

    /// <summary>A body that the endpoint can read and that harms nothing, made from the type it takes.</summary>
    public static string Body(RouteEndpoint endpoint)
    {
        var body = new JsonObject();
        var type = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        foreach (var parameter in type?.GetConstructors().MaxBy(c => c.GetParameters().Length)?.GetParameters() ?? [])
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!);
            if (!parameter.HasDefaultValue)
            {
                body[name] = Fields.TryGetValue(name, out var known) ? known.DeepClone() : Filler(parameter);
            }
        }

        return body.ToJsonString();
    }

    private static JsonNode Filler(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(bool) ? false
        : parameter.ParameterType == typeof(string) ? "x"
        : throw new InvalidOperationException($"Give {parameter.Name} a harmless value in {nameof(AccessScene)}.{nameof(Fields)}.");
}
