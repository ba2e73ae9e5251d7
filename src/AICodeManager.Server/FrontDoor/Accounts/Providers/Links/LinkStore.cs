using System.Text.Json;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Links;

/// <summary>Links between accounts here and at providers. Provider tokens lie sealed under their own row (spec A13).</summary>
public sealed class LinkStore(Database database, AuditTrail audit, StandingStore standings, FieldVault vault, TimeProvider time)
{
    private const string Insert = """
        INSERT INTO external_logins (id, user_id, provider, issuer, subject, email, tokens, sealed_version, created_at, last_used_at)
        VALUES (@Id, @UserId, @Provider, @Issuer, @Subject, @Email, @Tokens, @SealedVersion, @CreatedAt, @LastUsedAt)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Whose account the provider's is; null where it is linked to none.</summary>
    public Task<ExternalLogin?> FindAsync(ProviderRegistration provider, string subject, CancellationToken cancel) =>
        database.ReadAsync(r => FindAsync(r, provider, subject), cancel);

    public Task<IReadOnlyList<ExternalLogin>> ListAsync(Guid userId, CancellationToken cancel) =>
        database.ReadAsync(r => r.QueryAsync<ExternalLogin>("SELECT * FROM external_logins WHERE user_id = @userId ORDER BY id", new { userId }), cancel);

    /// <summary>Makes an account without a password for a person whom nobody here knows.</summary>
    /// <param name="email">Verified by the provider.</param>
    /// <returns>Its id; null where the address has an account or the provider's account a link.</returns>
    public async Task<Guid?> CreateAccountAsync(
        ProviderRegistration provider, ExternalIdentity person, string email, string name, RequestOrigin origin, CancellationToken cancel)
    {
        var link = NewLink(Guid.CreateVersion7(time.GetUtcNow()), provider, person);
        try
        {
            return await database.WriteAsync<Guid?>(async t =>
            {
                var made = await t.ExecuteAsync(
                    """
                    INSERT INTO users (id, email, email_key, name, role, password_hash, created_at)
                    VALUES (@UserId, @email, @Key, @name, @Role, '', @CreatedAt)
                    ON CONFLICT (email_key) DO NOTHING
                    """,
                    new { link.UserId, email, Key = EmailAddress.Key(email), name, Role = Registrar.DefaultRole, link.CreatedAt });
                if (made == 0)
                {
                    return null;
                }

                if (await t.ExecuteAsync(Insert, link) == 0)
                {
                    throw new LinkTakenException();
                }

                await audit.RecordAsync(t, origin, new AuditEvent("user_created")
                {
                    ActorId = link.UserId,
                    Details = new Dictionary<string, object?> { ["role"] = Registrar.DefaultRole, ["method"] = $"oauth:{provider.Name}" },
                }.On("user", link.UserId));
                return link.UserId;
            }, cancel);
        }
        catch (LinkTakenException)
        {
            return null;
        }
    }

    /// <summary>Notes a sign-in by a link.</summary>
    public Task UsedAsync(ExternalLogin link, ExternalIdentity person, CancellationToken cancel) =>
        database.WriteAsync(t => RenewAsync(t, link, person), cancel);

    /// <summary>Links the provider's account to the user's.</summary>
    public Task<LinkResult> LinkAsync(
        Guid userId, ProviderRegistration provider, ExternalIdentity person, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            var link = NewLink(userId, provider, person);
            if (await t.ExecuteAsync(Insert, link) == 0)
            {
                if (await FindAsync(t, provider, person.Subject) is not { } there || there.UserId != userId)
                {
                    return LinkResult.Taken;
                }

                await RenewAsync(t, there, person);
                return LinkResult.Renewed;
            }

            await audit.RecordAsync(t, origin, Of(new AuditEvent("account_linked"), userId, provider.Name));
            return LinkResult.Linked;
        }, cancel);

    /// <summary>Removes a link, unless nobody could sign in to the account after that.</summary>
    /// <returns>How it ended, and the provider's tokens to be given back; null where they cannot be opened any more.</returns>
    public async Task<(UnlinkResult Result, ProviderTokens? Tokens)> UnlinkAsync(
        Guid userId, string provider, RequestOrigin origin, CancellationToken cancel)
    {
        // Through the standing's door for the lock on the user's row: two removals at once must not each count on the other's link.
        var done = await standings.ChangeAsync<(UnlinkResult, ProviderTokens?)>(userId, endSessions: false, async t =>
        {
            var links = await t.QueryAsync<ExternalLogin>("SELECT * FROM external_logins WHERE user_id = @userId", new { userId });
            if (links.SingleOrDefault(l => l.Provider == provider) is not { } link)
            {
                return (UnlinkResult.Absent, null);
            }

            if (links.Count == 1 && await t.ScalarAsync<string>("SELECT password_hash FROM users WHERE id = @userId", new { userId }) is not { Length: > 0 })
            {
                return (UnlinkResult.LastWayIn, null);
            }

            await t.ExecuteAsync("DELETE FROM external_logins WHERE id = @Id", new { link.Id });
            await audit.RecordAsync(t, origin, Of(new AuditEvent("account_unlinked"), userId, provider));
            return (UnlinkResult.Removed, Open(link));
        }, cancel);
        return done?.Result ?? (UnlinkResult.Absent, null);
    }

    private static Task<ExternalLogin?> FindAsync(Reader reader, ProviderRegistration provider, string subject) =>
        reader.SingleAsync<ExternalLogin>(
            "SELECT * FROM external_logins WHERE provider = @Name AND issuer = @Issuer AND subject = @subject",
            new { provider.Name, provider.Issuer, subject });

    private Task<int> RenewAsync(Transaction t, ExternalLogin link, ExternalIdentity person)
    {
        var now = time.GetUtcNow();
        var version = SealedVersion.After(link.SealedVersion, now);
        return t.ExecuteAsync(
            "UPDATE external_logins SET email = @VerifiedEmail, tokens = @Tokens, sealed_version = @version, last_used_at = @now WHERE id = @Id",
            new { person.VerifiedEmail, Tokens = Seal(link.Id, version, person.Tokens), version, now, link.Id });
    }

    private ExternalLogin NewLink(Guid userId, ProviderRegistration provider, ExternalIdentity person)
    {
        var now = time.GetUtcNow();
        var (id, version) = (Guid.CreateVersion7(now), SealedVersion.After(null, now));
        return new()
        {
            Id = id, UserId = userId, Provider = provider.Name, Issuer = provider.Issuer, Subject = person.Subject, Email = person.VerifiedEmail,
            Tokens = Seal(id, version, person.Tokens), SealedVersion = version, CreatedAt = now, LastUsedAt = now,
        };
    }

    private string Seal(Guid id, long version, ProviderTokens tokens) =>
        vault.Seal(JsonSerializer.Serialize(tokens, WireJson.Options), PlaceOf(id, version));

    private ProviderTokens? Open(ExternalLogin link) =>
        vault.Open(link.Tokens, PlaceOf(link.Id, link.SealedVersion)) is { } text ? JsonSerializer.Deserialize<ProviderTokens>(text, WireJson.Options) : null;

    private static SealedPlace PlaceOf(Guid id, long version) => new("external_logins", "tokens", id.ToString("D"), version);

    private static AuditEvent Of(AuditEvent happened, Guid userId, string provider) => (happened with
    {
        ActorId = userId,
        Details = new Dictionary<string, object?> { ["provider"] = provider },
    }).On("user", userId);

    // Takes the new account back with its transaction.
    private sealed class LinkTakenException : Exception;
}
