using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Work.Workspaces.Environment;

/// <summary>A workspace's environment over HTTP: names can be read, values only written.</summary>
public static class EnvironmentEndpoints
{
    // All variables at their bounds, every character escaped (\u00XX), and room for names.
    private const long MostBody = 2 << 20;

    /// <param name="Values">Name → value; variables that are not named stay as they are.</param>
    public sealed record EnvironmentRequest(IReadOnlyDictionary<string, Secret> Values);

    public static void MapEnvironment(this RouteGroupBuilder workspaces)
    {
        var group = workspaces.MapGroup("/{id:guid}/environment");
        group.MapGet("/", ListAsync).Needs("workspace:read", Membership.Viewer);
        group.MapPut("/", SetAsync).Needs("workspace:update", Membership.Owner)
            .Carries(FieldKind.Secret, "values").WithMetadata(new TakesLongText(MostBody));
        group.MapDelete("/{name}", RemoveAsync).Needs("workspace:update", Membership.Owner);
    }

    internal static async Task<IResult> ListAsync(
        Guid id, HttpContext context, PageRequest page, Caller caller, Grant grant, EnvironmentStore store, CancellationToken cancel) =>
        Answer(context, page, await store.ListAsync(id, caller, grant, page, cancel));

    internal static async Task<IResult> SetAsync(
        Guid id, EnvironmentRequest body, HttpContext context, PageRequest page, Caller caller, Grant grant, RequestOrigin origin,
        EnvironmentStore store, CancellationToken cancel)
    {
        var errors = EnvironmentLimits.Check(body.Values);
        return errors.Any
            ? errors.ToRefusal()
            : Answer(context, page, await store.SetAsync(id, body.Values, caller, grant, origin, page, cancel));
    }

    // A name that nothing can have is looked for as any other: what exists must not show in how it is refused.
    internal static async Task<IResult> RemoveAsync(
        Guid id, string name, Caller caller, Grant grant, RequestOrigin origin, EnvironmentStore store, CancellationToken cancel) =>
        await store.RemoveAsync(id, VariableNames.IsName(name) ? name : "", caller, grant, origin, cancel) is { } refusal
            ? refusal
            : TypedResults.NoContent();

    private static IResult Answer(HttpContext context, PageRequest page, Reached<Listing<Variable>> reached) =>
        reached is { Thing: { } found }
            ? page.Cut(found.Rows, v => v.Name, v => v).ToResult(context, found.Total)
            : reached.Refusal!;
}
