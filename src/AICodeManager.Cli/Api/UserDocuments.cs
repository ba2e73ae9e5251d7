namespace AICodeManager.Cli.Api;

/// <summary>An account as administrators see it.</summary>
internal sealed record AdminUser(
    string Id, string Email, string? Name, string? Role, bool Disabled, DateTimeOffset? DisabledAt, bool SecondFactor, DateTimeOffset? CreatedAt);

internal sealed record CreateUserRequest(string Email, string Role, string? Name, string? Password)
{
    public override string ToString() => $"account of {Email}";
}

/// <summary>What is null stays as it is.</summary>
internal sealed record UpdateUserRequest(string? Role = null, bool? Disabled = null);

/// <summary>A new account. Where no password was given there is a reset, with which its owner sets one.</summary>
internal sealed class CreatedUser
{
    public string Id { get; init; } = "";

    public string Email { get; init; } = "";

    public string? Role { get; init; }

    public string? ResetToken { get; init; }

    public DateTimeOffset? ResetExpiresAt { get; init; }
}

/// <summary>To be handed over by hand; good once. A class with no printed form.</summary>
internal sealed class IssuedReset
{
    public string ResetToken { get; init; } = "";

    public DateTimeOffset? ExpiresAt { get; init; }
}
