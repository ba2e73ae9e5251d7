using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
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
        task.MapGet("/approvals", ListAsync).Needs("task:read", Membership.Viewer);
        task.MapPost("/approvals/{requestId}", DecideAsync).Needs("task:approve", Membership.Editor).Carries(FieldKind.Code, "message");
    }

    internal static async Task<IResult> ListAsync(
        Guid id, HttpContext context, PageRequest page, Caller caller, Grant grant, ApprovalStore approvals, CancellationToken cancel)
    {
        var (found, refusal) = await approvals.ListAsync(id, caller, grant, page, cancel);
        return found is null ? refusal! : page.Cut(found.Rows, a => a.RequestId, View).ToResult(context, found.Total);
    }

    internal static async Task<IResult> DecideAsync(
        Guid id, string requestId, DecisionRequest body, Caller caller, Grant grant, RequestOrigin origin,
        ApprovalStore approvals, TaskWorker worker, CancellationToken cancel)
    {
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

        var decision = new Decision(requestId, Allow: body.Decision is not "deny", body.Remember, body.Message);
        var (decided, refusal) = await approvals.DecideAsync(id, decision, caller, grant, origin, cancel);
        if (decided is null)
        {
            return refusal!;
        }

        worker.Wake(id);
        return TypedResults.Json(View(decided), WireJson.Options);
    }

    private static ApprovalView View(Approval a) => new(
        a.RequestId, a.Tool, a.InputJson(), a.State, a.Message, a.CreatedAt, a.DecidedAt, a.DecidedBy);
}
