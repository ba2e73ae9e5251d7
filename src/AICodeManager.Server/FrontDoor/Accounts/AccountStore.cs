using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Finds accounts for whoever only reads them.</summary>
public sealed class AccountStore(Database database)
{
    /// <summary>Null for an unknown address, and for what no account can be called: PostgreSQL does not even take every such text.</summary>
    public async Task<Account?> FindByEmailAsync(string email, CancellationToken cancel) =>
        EmailAddress.IsAcceptable(email)
            ? await database.ReadAsync(r => r.SingleAsync<Account>(
                "SELECT * FROM users WHERE email_key = @Key", new { Key = EmailAddress.Key(email) }), cancel)
            : null;

    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) =>
        database.ReadAsync(r => r.SingleAsync<Account>("SELECT * FROM users WHERE id = @id", new { id }), cancel);

    public Task<bool> AnyAdministratorAsync(CancellationToken cancel) =>
        database.ReadAsync(async r => await r.ScalarAsync<long>(
            "SELECT COUNT(*) FROM users WHERE role = @AdministratorRole", new { Registrar.AdministratorRole }) > 0, cancel);
}
