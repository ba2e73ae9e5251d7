using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.Administration;

/// <summary>What administrators see of an account.</summary>
public sealed record UserView(
    Guid Id, string Email, string Name, string Role, bool Disabled, DateTimeOffset? DisabledAt, bool SecondFactor, DateTimeOffset CreatedAt)
{
    public static UserView Of(Account account) => new(
        account.Id, account.Email, account.Name, account.Role, account.DisabledAt is not null, account.DisabledAt,
        account.SecondFactor, account.CreatedAt);
}

/// <summary>Which accounts to list.</summary>
/// <param name="Email">A part of the address, in any case.</param>
public sealed record UserFilter(string? Email, string? Role, bool? Disabled);

/// <summary>All accounts, oldest first.</summary>
public sealed class UserList(Database database)
{
    private const string Where = """
        (@Part IS NULL OR email_key LIKE @Part ESCAPE '\') AND (@Role IS NULL OR role = @Role)
        AND (@Disabled IS NULL OR (CASE WHEN disabled_at IS NULL THEN 'false' ELSE 'true' END) = @Disabled)
        """;

    public Task<(long Total, IReadOnlyList<Account> Rows)> ReadAsync(UserFilter filter, PageRequest page, CancellationToken cancel)
    {
        var arguments = new
        {
            Part = filter.Email is { Length: > 0 } email ? $"%{Escape(EmailAddress.Key(email))}%" : null,
            filter.Role,
            Disabled = filter.Disabled is { } disabled ? (disabled ? "true" : "false") : null,
            page.After,
            Take = page.Limit + 1,
        };
        return database.ReadAsync(async r =>
        {
            var total = await r.ScalarAsync<long>($"SELECT COUNT(*) FROM users WHERE {Where}", arguments);
            var rows = await r.QueryAsync<Account>(
                $"SELECT * FROM users WHERE {Where} AND (@After IS NULL OR id > @After) ORDER BY id LIMIT @Take", arguments);
            return (total, rows);
        }, cancel);
    }

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
