using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Work.Workspaces;

/// <summary>
/// The one place that says whether somebody may touch what belongs to a workspace. Each statement that reads or changes
/// such a thing bears <see cref="Allowed"/>; only when it then found nothing is it asked why (spec A6, C15).
/// </summary>
/// <remarks>The conditions take <c>@Caller</c>, <c>@All</c> and <c>@Least</c>, and speak of the workspace as <c>w</c>.</remarks>
public static class Reachability
{
    /// <summary>The caller's membership suffices, or everybody's things may be touched.</summary>
    public const string Allowed = $"(@All OR EXISTS ({Mine} AND {Rank} >= @Least))";

    /// <summary>For a change to a table with a <c>workspace_id</c>, where a join is not to be had in both databases.</summary>
    public const string InAllowed = $"IN (SELECT w.id FROM workspaces w WHERE {Allowed})";

    private const string Mine = "SELECT 1 FROM workspace_members mine WHERE mine.workspace_id = w.id AND mine.user_id = @Caller";

    // A word that nobody knows ranks below everything.
    private const string Rank = "CASE mine.role WHEN 'owner' THEN 3 WHEN 'editor' THEN 2 WHEN 'viewer' THEN 1 ELSE 0 END";

    /// <summary>Why a statement with <see cref="Allowed"/> found nothing: a membership that does not suffice, or nothing the caller may know of.</summary>
    /// <param name="things">What it looked for: <c>FROM … JOIN workspaces w … WHERE …</c>.</param>
    /// <param name="scope">Its parameters.</param>
    public static async Task<Refusal> WhyNotAsync(Reader reader, string things, object scope, Grant grant) =>
        await reader.ScalarAsync<long>($"SELECT COUNT(*) {things} AND EXISTS ({Mine})", scope) == 0
            ? Refusals.NotFound()
            : new Refusal(403, "membership_insufficient", "Your membership of this workspace does not allow this.")
            {
                Detail = $"It takes the membership '{grant.Least.Word()}' or a higher one; an owner of the workspace can give it.",
            };
}

/// <summary>A thing of a workspace that was asked for, or why the caller does not get it. One of the two is null.</summary>
public readonly record struct Reached<T>(T? Thing, Refusal? Refusal) where T : class
{
    public static implicit operator Reached<T>(T thing) => new(thing, null);

    public static implicit operator Reached<T>(Refusal refusal) => new(null, refusal);
}

/// <summary>Rows of a list, one more than its page where there are more, and how many there are in all.</summary>
public sealed record Listing<T>(IReadOnlyList<T> Rows, long Total);
