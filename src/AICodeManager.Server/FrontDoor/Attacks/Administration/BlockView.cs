using AICodeManager.Server.FrontDoor.Attacks.Blocks;

namespace AICodeManager.Server.FrontDoor.Attacks.Administration;

/// <summary>What administrators see of a block.</summary>
public sealed record BlockView(
    Guid Id, string Network, string Scope, string Reason, string? Comment, bool Active, DateTimeOffset CreatedAt, DateTimeOffset Until,
    Guid? CreatedBy, DateTimeOffset? LiftedAt, Guid? LiftedBy)
{
    public static BlockView Of(BlockRow row, DateTimeOffset now) => new(
        row.Id, row.Network, row.Scope, row.Reason, row.Comment, row.IsActive(now), row.CreatedAt, row.Until, row.CreatedBy, row.LiftedAt,
        row.LiftedBy);
}
