using AICodeManager.Server.Ground.Storage;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>The columns of <c>client_keys</c> as the database gives and takes them: words where the row has kinds.</summary>
internal sealed record StoredClientKey
{
    private const string OwnColumns = """
        k.id, k.user_id, k.public_key, k.thumbprint, k.algorithm, k.custody, k.name, k.user_agent, k.created_address, k.created_at,
        k.last_used_at, k.expires_at, k.deprecated_at, k.revoke_at, k.revoked_at, k.revoked_reason, k.suspended_at, k.suspended_reason,
        k.successor_id, k.epoch
        """;

    /// <summary>To be followed by a condition on <c>k</c>, the key, and <c>u</c>, its user.</summary>
    public const string Select = $"SELECT {OwnColumns}, u.version AS user_version, u.epoch AS user_epoch FROM client_keys k JOIN users u ON u.id = k.user_id";

    private const string Insert = """
        INSERT INTO client_keys
            (id, user_id, public_key, thumbprint, algorithm, custody, name, user_agent, created_address, created_at, expires_at, epoch)
        SELECT @Id, @UserId, @PublicKey, @Thumbprint, @Algorithm, @Custody, @Name, @UserAgent, @CreatedAddress, @CreatedAt, @ExpiresAt, epoch
        FROM users WHERE id = @UserId
        """;

    public Guid Id { get; init; }
    public Guid UserId { get; init; }
    public string PublicKey { get; init; } = "";
    public string Thumbprint { get; init; } = "";
    public string Algorithm { get; init; } = "";
    public string Custody { get; init; } = "";
    public string Name { get; init; } = "";
    public string? UserAgent { get; init; }
    public string? CreatedAddress { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? DeprecatedAt { get; init; }
    public DateTimeOffset? RevokeAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevokedReason { get; init; }
    public DateTimeOffset? SuspendedAt { get; init; }
    public string? SuspendedReason { get; init; }
    public Guid? SuccessorId { get; init; }
    public long Epoch { get; init; }
    public long UserVersion { get; init; }
    public long UserEpoch { get; init; }

    /// <summary>Writes a new key under the epoch that its user has in this transaction.</summary>
    public static Task AddAsync(Transaction t, ClientKeyRow key) => t.ExecuteAsync(Insert, new
    {
        key.Id,
        key.UserId,
        key.PublicKey,
        key.Thumbprint,
        Algorithm = key.Algorithm.ToString(),
        Custody = key.Custody.Word(),
        key.Name,
        key.UserAgent,
        key.CreatedAddress,
        key.CreatedAt,
        key.ExpiresAt,
    });

    /// <summary>The row; words that this version does not know are a fault, never another kind.</summary>
    public ClientKeyRow ToRow() => new()
    {
        Id = Id,
        UserId = UserId,
        PublicKey = PublicKey,
        Thumbprint = Thumbprint,
        Algorithm = Enum.Parse<SignatureAlgorithm>(Algorithm),
        Custody = KeyCustodyWords.Read(Custody) ?? throw new InvalidOperationException($"The key {Id} has an unknown custody."),
        Name = Name,
        UserAgent = UserAgent,
        CreatedAddress = CreatedAddress,
        CreatedAt = CreatedAt,
        LastUsedAt = LastUsedAt,
        ExpiresAt = ExpiresAt,
        DeprecatedAt = DeprecatedAt,
        RevokeAt = RevokeAt,
        RevokedAt = RevokedAt,
        RevokedReason = RevokedReason,
        SuspendedAt = SuspendedAt,
        SuspendedReason = SuspendedReason,
        SuccessorId = SuccessorId,
        Epoch = Epoch,
    };
}
