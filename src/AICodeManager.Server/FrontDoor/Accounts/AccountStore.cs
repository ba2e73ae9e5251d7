using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Accounts in the database.</summary>
public sealed class AccountStore(Database database, AuditTrail audit, Passwords passwords, TimeProvider time)
{
    public const string DefaultRole = "user", AdministratorRole = "admin";

    public Task<Account?> FindByEmailAsync(string email, CancellationToken cancel) =>
        database.ReadAsync(r => r.SingleAsync<Account>(
            "SELECT * FROM users WHERE email_key = @Key", new { Key = EmailAddress.Key(email) }), cancel);

    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) =>
        database.ReadAsync(r => r.SingleAsync<Account>("SELECT * FROM users WHERE id = @id", new { id }), cancel);

    /// <summary>Makes an account; null when the address has one already.</summary>
    public async Task<Account?> CreateAsync(
        string email, string name, string role, string password, RequestOrigin origin, CancellationToken cancel)
    {
        // Hashed before the transaction: it costs 75 ms, which no lock should last.
        var account = new Account
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Email = email,
            Name = name,
            Role = role,
            PasswordHash = passwords.Hash(password),
            CreatedAt = time.GetUtcNow(),
        };
        return await database.WriteAsync(async t =>
        {
            var made = await t.ExecuteAsync(
                """
                INSERT INTO users (id, email, email_key, name, role, password_hash, created_at)
                VALUES (@Id, @Email, @Key, @Name, @Role, @PasswordHash, @CreatedAt)
                ON CONFLICT (email_key) DO NOTHING
                """,
                new
                {
                    account.Id, account.Email, Key = EmailAddress.Key(email), account.Name, account.Role,
                    account.PasswordHash, account.CreatedAt,
                });
            if (made == 0)
            {
                return null;
            }

            await audit.RecordAsync(t, origin, new AuditEvent("user_created")
            {
                ActorId = origin.Caller?.UserId ?? account.Id,
                Details = new Dictionary<string, object?> { ["role"] = role },
            }.On("user", account.Id));
            return account;
        }, cancel);
    }

    public Task<bool> AnyAdministratorAsync(CancellationToken cancel) =>
        database.ReadAsync(async r => await r.ScalarAsync<long>(
            "SELECT COUNT(*) FROM users WHERE role = @AdministratorRole", new { AdministratorRole }) > 0, cancel);
}
