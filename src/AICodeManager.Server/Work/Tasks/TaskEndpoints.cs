using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Work.Projects;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Tasks over HTTP (contract, section E).</summary>
public static class TaskEndpoints
{
    /// <summary>The longest prompt or message, in bytes of UTF-8.</summary>
    public const int MaxPrompt = 1 << 20;

    public sealed record TaskRequest(
        string Prompt, string? Agent = null, string? Approvals = null, decimal? BudgetUsd = null, string? Model = null);

    public sealed record MessageRequest(string Text);

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/projects/{id:guid}/tasks", ListAsync).Needs("task:read", Membership.Viewer);
        routes.MapPost("/projects/{id:guid}/tasks", CreateAsync).Needs("task:create", Membership.Editor)
            .Carries(FieldKind.Code, "prompt").WithMetadata(new TakesLongText());
        var task = routes.MapGroup("/tasks/{id:guid}");
        task.MapGet("/", GetAsync).Needs("task:read", Membership.Viewer);
        task.MapPost("/messages", SendAsync).Needs("task:update", Membership.Editor)
            .Carries(FieldKind.Code, "text").WithMetadata(new TakesLongText());
        task.MapPost("/cancel", CancelAsync).Needs("task:update", Membership.Editor);
        task.MapGet("/events", EventsAsync).Needs("task:read", Membership.Viewer);
        task.MapApprovals();
    }

    internal static async Task<IResult> ListAsync(
        Guid id, HttpContext context, PageRequest page, Caller caller, Grant grant, TaskStore tasks, CancellationToken cancel)
    {
        var (found, refusal) = await tasks.ListAsync(id, caller, grant, page, cancel);
        return found is null ? refusal! : page.Cut(found.Rows, t => t.Id, t => t.Summary()).ToResult(context, found.Total);
    }

    internal static async Task<IResult> CreateAsync(
        Guid id, TaskRequest body, Caller caller, Grant grant, RequestOrigin origin, ProjectStore projects, TaskStore tasks,
        TaskCatalog catalog, Settings settings, TaskWorker worker, CancellationToken cancel)
    {
        var (project, refusal) = await projects.FindAsync(id, caller, grant, cancel);
        if (project is null)
        {
            return refusal!;
        }

        var errors = new FieldErrors();
        errors.Text("prompt", body.Prompt, MaxPrompt);
        var agent = body.Agent ?? catalog.DefaultAgent;
        errors.OneOf("agent", agent, [.. catalog.Agents]);
        var approvals = body.Approvals ?? ApprovalMode.Ask;
        errors.OneOf("approvals", approvals, ApprovalMode.Ask, ApprovalMode.Edits, ApprovalMode.Never);
        var model = body.Model ?? settings.ModelGateway.Model;
        if (!settings.ModelGateway.Models.ContainsKey(model))
        {
            errors.Add("model", $"has no price here; known: {string.Join(", ", settings.ModelGateway.Models.Keys.Order())}");
        }

        var budget = body.BudgetUsd ?? settings.Tasks.DefaultBudgetUsd;
        if (budget is <= 0 or > 10_000)
        {
            errors.Add("budget_usd", "must be above 0 and at most 10000");
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        if (project.State != "ready")
        {
            return Refusals.Conflict("project_not_ready", "The project is not ready for tasks.", $"It is {project.State}: {project.Reason}");
        }

        if (catalog.Obstacle is { } obstacle)
        {
            return Refusals.Unavailable("model_not_configured", "Tasks cannot reach a model.", obstacle);
        }

        (var made, refusal) = await tasks.CreateAsync(
            new NewTask(id, body.Prompt, agent, model, approvals, Money.ToMicroUsd(budget)), caller, grant, origin, cancel);
        if (made is null)
        {
            return refusal!;
        }

        worker.Wake();
        return TypedResults.Json(made.View(), WireJson.Options, statusCode: 201);
    }

    internal static async Task<IResult> GetAsync(Guid id, Caller caller, Grant grant, TaskStore tasks, CancellationToken cancel)
    {
        var (task, refusal) = await tasks.FindAsync(id, caller, grant, cancel);
        return task is null ? refusal! : TypedResults.Json(task.View(), WireJson.Options);
    }

    internal static async Task<IResult> SendAsync(
        Guid id, MessageRequest body, Caller caller, Grant grant, RequestOrigin origin, TaskStore tasks, TaskWorker worker,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Text("text", body.Text, MaxPrompt);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        if (await tasks.AddMessageAsync(id, body.Text, caller, grant, origin, cancel) is { } refusal)
        {
            return refusal;
        }

        worker.Wake(id);
        return await GetAsync(id, caller, grant, tasks, cancel);
    }

    internal static async Task<IResult> CancelAsync(
        Guid id, Caller caller, Grant grant, RequestOrigin origin, TaskStore tasks, TaskWorker worker, CancellationToken cancel)
    {
        if (await tasks.RequestCancelAsync(id, caller, grant, origin, cancel) is { } refusal)
        {
            return refusal;
        }

        await worker.CancelAsync(id, cancel);
        return await GetAsync(id, caller, grant, tasks, cancel);
    }

    internal static async Task<IResult> EventsAsync(
        Guid id, HttpContext context, Caller caller, Grant grant, TaskStore tasks, CancellationToken cancel)
    {
        if (await tasks.FindAsync(id, caller, grant, cancel) is { Refusal: { } refusal })
        {
            return refusal;
        }

        var after = context.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? context.Request.Query["after"].FirstOrDefault() ?? "0";
        return long.TryParse(after, out var number) && number >= 0
            ? new TaskEventStream(id, number, caller, grant)
            : Refusals.InvalidInput("Last-Event-ID", "must be the id of an event of this task, a whole number from 0");
    }
}
