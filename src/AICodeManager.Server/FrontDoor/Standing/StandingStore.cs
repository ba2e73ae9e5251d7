using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.FrontDoor.Standing;

/// <summary>
/// Keeps a shared copy of each user's standing beside the user's sessions, so that one exchange reads both. The truth
/// is the row in <c>users</c>; a change fences the copy before it commits, so every node sees it with its next request.
/// </summary>
public sealed class StandingStore(Database database, ICoordination coordination, FieldVault vault, Settings settings, TimeProvider time)
{
    /// <summary>Key of the copy in the user's shard.</summary>
    public const string FactKey = "standing";

    // Longer than a transaction that changes an account may take.
    private static readonly TimeSpan FenceFor = TimeSpan.FromMinutes(1);

    private const string Columns = """
        id, email, role, epoch, version, second_factor, CASE WHEN disabled_at IS NULL THEN 0 ELSE 1 END AS disabled
        """;

    /// <summary>Where everything of one user lies.</summary>
    public static string ShardOf(Guid userId) => userId.ToString("N");

    /// <summary>Reads the row and puts a copy for the next requests; null when there is no such user.</summary>
    public async Task<UserStanding?> LoadAsync(Guid userId, CancellationToken cancel)
    {
        var found = await database.ReadAsync(
            r => r.SingleAsync<UserStanding>($"SELECT {Columns} FROM users WHERE id = @userId", new { userId }), cancel);
        if (found is not null)
        {
            await coordination.ExchangeAsync(
            [
                new PutFact(ShardOf(userId), FactKey)
                {
                    Version = found.Version, Data = vault.SealBytes(StoredJson.Write(found), PlaceOf(userId)), Until = time.GetUtcNow() + settings.Rbac.CacheTtl,
                },
            ], cancel);
        }

        return found;
    }

    /// <summary>
    /// What a shared copy says; null where it was not made here for this user, or by a version of the server that wrote
    /// it in another form: the row has it. Who can write to the shared store gives nobody another role by that.
    /// </summary>
    public UserStanding? Open(Guid userId, string copy) =>
        vault.OpenBytes(copy, PlaceOf(userId)) is { } text ? StoredJson.Read<UserStanding>(text) : null;

    /// <summary>
    /// Runs a change of an account's row (role, password, disabled, e-mail, second factor) in one transaction, fenced.
    /// </summary>
    /// <param name="endSessions">Raises the epoch: every session of the user is over once this commits.</param>
    /// <returns>What <paramref name="change"/> gave and the standing after it; null when there is no such user.</returns>
    /// <exception cref="CoordinationUnavailableException">Nothing was changed.</exception>
    public Task<(T Result, UserStanding Standing)?> ChangeAsync<T>(
        Guid userId, bool endSessions, Func<Transaction, Task<T>> change, CancellationToken cancel) =>
        database.WriteAsync<(T, UserStanding)?>(async t =>
        {
            // The row's lock, taken first, keeps any other change from committing between our fence and our commit.
            var version = await t.ScalarAsync<long?>(
                "UPDATE users SET version = version + 1, epoch = epoch + @Step WHERE id = @userId RETURNING version",
                new { userId, Step = endSessions ? 1L : 0L });
            if (version is null)
            {
                return null;
            }

            var result = await change(t);
            await coordination.ExchangeAsync(
                [new FenceFact(ShardOf(userId), FactKey) { Least = version.Value, Until = time.GetUtcNow() + FenceFor }], cancel);
            var standing = await t.SingleAsync<UserStanding>($"SELECT {Columns} FROM users WHERE id = @userId", new { userId });
            return (result, standing!);
        }, cancel);

    private static SealedPlace PlaceOf(Guid userId) => new("users", "standing", ShardOf(userId));
}
