using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.Blocks;

/// <summary>A block as the database keeps it.</summary>
public sealed record BlockRow
{
    public Guid Id { get; init; }

    /// <summary>As <see cref="NetworkRange.ToString"/> writes it.</summary>
    public string Network { get; init; } = "";

    public string Scope { get; init; } = "";
    public string Reason { get; init; } = "";
    public string? Comment { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset Until { get; init; }
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset? LiftedAt { get; init; }
    public Guid? LiftedBy { get; init; }
    public DateTimeOffset ChangedAt { get; init; }

    public bool IsActive(DateTimeOffset now) => LiftedAt is null && Until > now;

    /// <summary>Null for a row that no server of this version writes.</summary>
    public Block? ToBlock() => NetworkRange.TryParse(Network, out var range) && BlockScopes.Read(Scope) is { } scope
        ? new Block(Id, range, scope, Until, ChangedAt)
        : null;
}

/// <summary>The words for scopes.</summary>
public static class BlockScopes
{
    public const string SignIn = "sign_in", All = "all";

    public static string Write(BlockScope scope) => scope == BlockScope.All ? All : SignIn;

    public static BlockScope? Read(string text) => text switch { SignIn => BlockScope.SignIn, All => BlockScope.All, _ => null };
}
