namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>An account as it is stored. The framework's user manager sets what has a setter; the store saves it.</summary>
public sealed record Account
{
    public Guid Id { get; init; }
    public string Email { get; set; } = "";
    public string Name { get; set; } = "";
    public string Role { get; set; } = "";

    /// <summary>The framework's format; empty where the account has no password and only other ways in.</summary>
    public string PasswordHash { get; set; } = "";

    /// <summary>Whether a sign-in by password also needs a second factor; kept true to the factors by their room.</summary>
    public bool SecondFactor { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Grows with every saved change: a change on top of an older copy is refused.</summary>
    public long Version { get; set; }

    /// <summary>Grows with every change that ends all sessions.</summary>
    public long Epoch { get; set; }

    public AccountView View() => new(Id, Email, Name, Role, CreatedAt);
}

/// <summary>What its owner sees of an account.</summary>
public sealed record AccountView(Guid Id, string Email, string Name, string Role, DateTimeOffset CreatedAt);
