using AICodeManager.Server.FrontDoor.Access;
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
        routes.MapGet("/projects/{id:guid}/tasks", ListAsync).Needs("task:read");
        routes.MapPost("/projects/{id:guid}/tasks", CreateAsync).Needs("task:create");
        var task = routes.MapGroup("/tasks/{id:guid}");
        task.MapGet("/", GetAsync).Needs("task:read");
        task.MapPost("/messages", SendAsync).Needs("task:update");
        task.MapPost("/cancel", CancelAsync).Needs("task:update");
        task.MapGet("/events", EventsAsync).Needs("task:read");
        task.MapApprovals();
    }

    private static async Task<IResult> ListAsync(
        Guid id, HttpContext context, PageRequest page, Caller caller, Grant grant, ProjectStore projects, TaskStore tasks,
        CancellationToken cancel)
    {
        if (await projects.FindAsync(id, caller, grant, cancel) is null)
        {
            return Refusals.NotFound();
        }

        var (rows, total) = await tasks.ListAsync(id, caller, grant, page, cancel);
        return page.Cut(rows, t => t.Id, t => t.Summary()).ToResult(context, total);
    }

    private static async Task<IResult> CreateAsync(
        Guid id, TaskRequest body, Caller caller, Grant grant, RequestOrigin origin, ProjectStore projects, TaskStore tasks,
        TaskCatalog catalog, Settings settings, TaskWorker worker, CancellationToken cancel)
    {
        if (await projects.FindAsync(id, caller, grant, cancel) is not { } project)
        {
            return Refusals.NotFound();
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

        var made = await tasks.CreateAsync(
            new NewTask(id, body.Prompt, agent, model, approvals, Money.ToMicroUsd(budget)), caller, origin, cancel);
        worker.Wake();
        return TypedResults.Json(made.View(), WireJson.Options, statusCode: 201);
    }

    private static async Task<IResult> GetAsync(Guid id, Caller caller, Grant grant, TaskStore tasks, CancellationToken cancel) =>
        await tasks.FindAsync(id, caller, grant, cancel) is { } task
            ? TypedResults.Json(task.View(), WireJson.Options)
            : Refusals.NotFound();

    private static async Task<IResult> SendAsync(
        Guid id, MessageRequest body, Caller caller, Grant grant, RequestOrigin origin, TaskStore tasks, TaskWorker worker,
        CancellationToken cancel)
    {
        if (await tasks.FindAsync(id, caller, grant, cancel) is not { } task)
        {
            return Refusals.NotFound();
        }

        var errors = new FieldErrors();
        errors.Text("text", body.Text, MaxPrompt);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        if (!await tasks.AddMessageAsync(task, body.Text, caller, origin, cancel))
        {
            return Refusals.Conflict(
                "task_not_resumable", "The task ended before its agent began a conversation.", "Start a new task.");
        }

        worker.Wake(id);
        return await GetAsync(id, caller, grant, tasks, cancel);
    }

    private static async Task<IResult> CancelAsync(
        Guid id, Caller caller, Grant grant, RequestOrigin origin, TaskStore tasks, TaskWorker worker, CancellationToken cancel)
    {
        if (await tasks.FindAsync(id, caller, grant, cancel) is null)
        {
            return Refusals.NotFound();
        }

        if (!await tasks.RequestCancelAsync(id, origin, cancel))
        {
            return Refusals.Conflict("task_over", "The task is over already.");
        }

        await worker.CancelAsync(id, cancel);
        return await GetAsync(id, caller, grant, tasks, cancel);
    }

    private static async Task<IResult> EventsAsync(
        Guid id, HttpContext context, Caller caller, Grant grant, TaskStore tasks, CancellationToken cancel)
    {
        if (await tasks.FindAsync(id, caller, grant, cancel) is null)
        {
            return Refusals.NotFound();
        }

        var after = context.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? context.Request.Query["after"].FirstOrDefault() ?? "0";
        return long.TryParse(after, out var number) && number >= 0
            ? new TaskEventStream(id, number)
            : Refusals.InvalidInput("Last-Event-ID", "must be the id of an event of this task, a whole number from 0");
    }
}
