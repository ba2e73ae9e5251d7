using System.Text;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>An account as it is stored.</summary>
public sealed record Account
{
    public Guid Id { get; init; }
    public string Email { get; init; } = "";
    public string Name { get; init; } = "";
    public string Role { get; init; } = "";
    public string PasswordHash { get; init; } = "";
    public DateTimeOffset? DisabledAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    public AccountView View() => new(Id, Email, Name, Role, CreatedAt);
}

/// <summary>What its owner and administrators see of an account.</summary>
public sealed record AccountView(Guid Id, string Email, string Name, string Role, DateTimeOffset CreatedAt);

/// <summary>An e-mail address as an account name: data only, compared without case and in one Unicode form.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321 section 4.5.3.1.3: 254 characters in all.</summary>
    public static bool IsAcceptable(string? text) =>
        text is { Length: >= 3 and <= 254 }
        && text.Split('@') is [{ Length: > 0 and <= 64 }, { Length: > 0 }]
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    public static string Key(string text) => text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
}
