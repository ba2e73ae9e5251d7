namespace AICodeManager.Server.Ground.Configuration;

// Replaced by the configuration room when it lands.
public sealed record Settings
{
    public HostOptions Host { get; init; } = new();
    public JwtOptions Jwt { get; init; } = new();
    public RbacOptions Rbac { get; init; } = new();
    public TasksOptions Tasks { get; init; } = new();
    public ProjectsOptions Projects { get; init; } = new();
}

public sealed record HostOptions
{
    public string DataFolder { get; init; } = "data";
    public string? AdminEmail { get; init; }
    public Secret? AdminPassword { get; init; }
}

public sealed record JwtOptions { public TimeSpan Expiry { get; init; } = TimeSpan.FromHours(24); }

public sealed record RbacOptions { public IReadOnlyDictionary<string, RoleOptions> Roles { get; init; } = new Dictionary<string, RoleOptions>(); }

public sealed record RoleOptions { public IReadOnlyList<string> Permissions { get; init; } = []; }

public sealed record TasksOptions
{
    public int MaxConcurrent { get; init; } = 4;
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(30);
    public TimeSpan ApprovalWaitLimit { get; init; } = TimeSpan.FromHours(24);
    public long OutputLimit { get; init; } = 64L << 20;
    public decimal DefaultBudgetUsd { get; init; } = 5m;
}

public sealed record ProjectsOptions
{
    public long SizeLimit { get; init; } = 2L << 30;
    public long FilesLimit { get; init; } = 200_000;
    public long UploadLimit { get; init; } = 256L << 20;
    public long DiffLimit { get; init; } = 10L << 20;
    public IReadOnlyList<string> GitSources { get; init; } = [];
}
