using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>What waits for a person, and the person's answer.</summary>
public static class ApprovalEndpoints
{
    /// <param name="Decision"><c>allow</c> (or <c>approve</c>) or <c>deny</c>.</param>
    /// <param name="Remember">Decide the same call, tool and exact input, the same way for the rest of this task.</param>
    /// <param name="Message">Told to the agent with a refusal.</param>
    public sealed record DecisionRequest(string Decision, bool Remember = false, string? Message = null);

    private sealed record ApprovalView(
        string RequestId, string Tool, JsonElement Input, string State, string? Message,
        DateTimeOffset CreatedAt, DateTimeOffset? DecidedAt, Guid? DecidedBy);

    public static void MapApprovals(this RouteGroupBuilder task)
    {
        task.MapGet("/approvals", ListAsync).Needs("task:read");
        task.MapPost("/approvals/{requestId}", DecideAsync).Needs("task:approve");
    }

    private static async Task<IResult> ListAsync(
        Guid id, HttpContext context, Caller caller, Grant grant, TaskStore tasks, ApprovalStore approvals, CancellationToken cancel)
    {
        if (await tasks.FindAsync(id, caller, grant, cancel) is null)
        {
            return Refusals.NotFound();
        }

        var rows = await approvals.ListAsync(id, cancel);
        return new Page<ApprovalView>([.. rows.Select(View)], null).ToResult(context, rows.Count);
    }

    private static async Task<IResult> DecideAsync(
        Guid id, string requestId, DecisionRequest body, Caller caller, Grant grant, RequestOrigin origin, TaskStore tasks,
        ApprovalStore approvals, TaskWorker worker, CancellationToken cancel)
    {
        if (await tasks.FindAsync(id, caller, grant, cancel) is null)
        {
            return Refusals.NotFound();
        }

        var errors = new FieldErrors();
        errors.OneOf("decision", body.Decision, "allow", "approve", "deny");
        if (body.Message is not null)
        {
            errors.Text("message", body.Message, 4096);
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        var allow = body.Decision is not "deny";
        switch (await approvals.DecideAsync(id, requestId, allow, body.Remember, body.Message, caller, origin, cancel))
        {
            case DecisionOutcome.NotFound:
                return Refusals.NotFound();
            case DecisionOutcome.AlreadyDecided:
                return Refusals.Conflict("already_decided", "This request has been decided or withdrawn already.");
            default:
                worker.Wake(id);
                var row = (await approvals.ListAsync(id, cancel)).First(a => a.RequestId == requestId);
                return TypedResults.Json(View(row), WireJson.Options);
        }
    }

    private static ApprovalView View(Approval a) => new(
        a.RequestId, a.Tool, a.InputJson(), a.State, a.Message, a.CreatedAt, a.DecidedAt, a.DecidedBy);
}
