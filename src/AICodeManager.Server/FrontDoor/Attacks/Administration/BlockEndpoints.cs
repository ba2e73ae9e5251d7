using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.Administration;

/// <summary>Blocks: listed, made, commented and lifted by administrators.</summary>
public static class BlockEndpoints
{
    private const int MaxComment = 500, MaxSeconds = 365 * 24 * 3600;

    private static readonly TimeSpan Usual = TimeSpan.FromHours(24);

    /// <param name="Network">An address or a range, see <see cref="NetworkRange.Accepted"/>.</param>
    /// <param name="Scope"><c>sign_in</c> or <c>all</c> (default).</param>
    /// <param name="DurationSeconds">1 second to 365 days; a day where it is left out.</param>
    /// <param name="Force">Also where the caller's own network is in it.</param>
    public sealed record BlockRequest(string Network, string? Scope = null, long? DurationSeconds = null, string? Comment = null, bool Force = false);

    public sealed record CommentRequest(string? Comment);

    public static void MapBlocks(this IEndpointRouteBuilder routes)
    {
        var blocks = routes.MapGroup("/admin/blocks");
        blocks.MapGet("", ListAsync).Needs("system:blocks");
        // What is said about a block quotes what it was made for.
        blocks.MapPost("", BlockAsync).Needs("system:blocks").Carries(FieldKind.Code, "comment");
        blocks.MapPut("/{id:guid}", CommentAsync).Needs("system:blocks").Carries(FieldKind.Code, "comment");
        blocks.MapDelete("/{id:guid}", LiftAsync).Needs("system:blocks");
    }

    internal static async Task<IResult> ListAsync(
        HttpContext context, PageRequest page, bool? active, string? reason, string? scope, string? network, BlockStore store, TimeProvider time,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        NetworkRange range = default;
        if (reason is not null)
        {
            errors.OneOf("reason", reason, BlockReason.BruteForce, BlockReason.Attacks, BlockReason.Manual);
        }

        if (scope is not null)
        {
            errors.OneOf("scope", scope, BlockScopes.SignIn, BlockScopes.All);
        }

        if (network is not null && !NetworkRange.TryParse(network, out range))
        {
            errors.Add("network", $"must be {NetworkRange.Accepted}");
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        var filter = new BlockFilter(active, reason, scope, network is null ? null : range.ToString());
        var (total, rows) = await store.ListAsync(filter, page, cancel);
        return page.Cut(rows, row => row.Id, row => BlockView.Of(row, time.GetUtcNow())).ToResult(context, total);
    }

    internal static async Task<IResult> BlockAsync(
        BlockRequest body, HttpContext context, RequestOrigin origin, BlockList blocks, TimeProvider time, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.OneOf("scope", body.Scope ?? BlockScopes.All, BlockScopes.SignIn, BlockScopes.All);
        Judge(errors, body.Comment);
        if (!NetworkRange.TryParse(body.Network, out var range))
        {
            errors.Add("network", $"must be {NetworkRange.Accepted}");
        }

        if (body.DurationSeconds is < 1 or > MaxSeconds)
        {
            errors.Add("duration_seconds", $"must be 1 to {MaxSeconds}");
        }

        if (errors.Any)
        {
            return errors.ToRefusal();
        }

        if (!body.Force && range.Contains(ClientNetwork.Of(context)))
        {
            return Refusals.Conflict(
                "own_network", "You are calling from there yourself.", "With force the block is made, and shuts you out.");
        }

        var duration = body.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Usual;
        return await blocks.AddAsync(
            range, BlockScopes.Read(body.Scope ?? BlockScopes.All)!.Value, BlockReason.Manual, body.Comment, duration, origin, cancel) is { } row
            ? TypedResults.Json(BlockView.Of(row, time.GetUtcNow()), WireJson.Options, statusCode: 201)
            : Refusals.Conflict("already_blocked", "There is a block of this network and scope that lasts as long.");
    }

    internal static async Task<IResult> CommentAsync(
        Guid id, CommentRequest body, RequestOrigin origin, BlockList blocks, TimeProvider time, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        Judge(errors, body.Comment);
        return errors.Any ? errors.ToRefusal()
            : await blocks.CommentAsync(id, body.Comment, origin, cancel) is { } row
                ? TypedResults.Json(BlockView.Of(row, time.GetUtcNow()), WireJson.Options)
            : Refusals.NotFound("no such block");
    }

    internal static async Task<IResult> LiftAsync(
        Guid id, RequestOrigin origin, BlockList blocks, SignInWatch watch, CancellationToken cancel)
    {
        if (await blocks.LiftAsync(id, origin, cancel) is not { } row)
        {
            return Refusals.NotFound("no such block");
        }

        // Or its next mistake would be the one too many again.
        if (NetworkRange.TryParse(row.Network, out var range) && range.Network is { } network)
        {
            await watch.ForgiveAsync(network, cancel);
        }

        return TypedResults.NoContent();
    }

    private static void Judge(FieldErrors errors, string? comment)
    {
        if (comment is not null)
        {
            errors.Name("comment", comment, MaxComment);
        }
    }
}
