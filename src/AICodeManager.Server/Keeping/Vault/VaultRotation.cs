using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>How far a rotation has come within one column.</summary>
/// <param name="Total">Values that were not under the new key when the column was begun.</param>
public sealed record RotationProgress(string Field, long Done, long Total);

/// <summary>What a rotation did.</summary>
/// <param name="Key">Number of the key that everything lies under now.</param>
/// <param name="Resealed">Values that this run moved to it.</param>
/// <param name="Unreadable">Values that open under no key and stay as they are: <c>table.column row</c>.</param>
public sealed record RotationResult(long Key, bool Resumed, long Resealed, IReadOnlyList<string> Unreadable);

/// <summary>
/// Moves every sealed value to a new key while servers run and write. It may be ended at any point: the next run goes on
/// where this one was, for a key that is not retired yet tells that its rotation is not over.
/// </summary>
/// <param name="settle">How old a key must be before the last look: by then every node seals with it.</param>
public sealed class VaultRotation(
    Database database, VaultKeys keys, VaultKeyStore store, FieldVault vault, SealedFields fields, AuditTrail audit, TimeProvider time,
    TimeSpan settle)
{
    public VaultRotation(
        Database database, VaultKeys keys, VaultKeyStore store, FieldVault vault, SealedFields fields, AuditTrail audit, TimeProvider time)
        : this(database, keys, store, vault, fields, audit, time, VaultKeeper.Every * 2)
    {
    }

    public async Task<RotationResult> RunAsync(IProgress<RotationProgress>? progress, CancellationToken cancel)
    {
        var unfinished = (await store.ListAsync(cancel)).Where(row => row is { IsKey: true, RetiredAt: null }).ToList();
        var resumed = unfinished.Count > 1;
        if (!resumed)
        {
            await store.AddAsync(keys.Current.Number, cancel);
        }

        await audit.RecordAsync(RequestOrigin.System, new AuditEvent("vault_rotation_started")
        {
            Details = new Dictionary<string, object?> { ["resumed"] = resumed },
        }.On("vault_key", keys.Current.Number), cancel);

        long resealed = 0;
        while (true)
        {
            // Another process may have made a further key meanwhile: then everything goes to that.
            var rows = await store.ListAsync(cancel);
            keys.Take(rows);
            var number = keys.Current.Number;
            var settledAt = rows.Single(row => row.Number == number).CreatedAt + settle;
            var settled = time.GetUtcNow() >= settledAt;
            var pass = new Pass(number);
            foreach (var column in SealedColumns.All)
            {
                await ResealAsync(column, pass, progress, cancel);
            }

            resealed += pass.Resealed;
            if (pass.Resealed == 0 && settled)
            {
                await EndAsync(pass, resealed, cancel);
                return new RotationResult(number, resumed, resealed, pass.Unreadable);
            }

            if (settledAt - time.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, cancel);
            }
        }
    }

    private async Task ResealAsync(SealedColumn column, Pass pass, IProgress<RotationProgress>? progress, CancellationToken cancel)
    {
        var walk = new SealedWalk(database, column);
        // Texts in clear that are to be sealed by now become so, too.
        var where = SealedWalk.NotUnder(column, pass.Number, clear: !column.Optional || fields.IsSealed(column.Name));
        var total = await walk.CountAsync(where, cancel);
        long done = 0;
        await foreach (var page in walk.PagesAsync(where, cancel))
        {
            await database.WriteAsync(async t =>
            {
                foreach (var row in page)
                {
                    await ResealAsync(t, walk, column, row, pass);
                    // Within the transaction: whoever stops us here leaves the page as it was.
                    progress?.Report(new RotationProgress(column.Name, Math.Min(++done, total), total));
                    cancel.ThrowIfCancellationRequested();
                }
            }, cancel);
            await store.CountAsync(keys.Current, cancel);
        }
    }

    private async Task ResealAsync(Transaction t, SealedWalk walk, SealedColumn column, SealedRow row, Pass pass)
    {
        var place = column.PlaceOf(row.Name, row.Version);
        string? plain;
        if (SealedText.TryParse(row.Text, out var parsed))
        {
            if (parsed.Number >= pass.Number)
            {
                return; // a key that was made a moment ago
            }

            plain = vault.Open(row.Text, place);
        }
        else if (column.Optional)
        {
            if (!fields.IsSealed(column.Name))
            {
                return; // it only begins like a sealed text
            }

            plain = row.Text;
        }
        else
        {
            plain = null; // nothing that must be sealed is taken from clear text
        }

        if (plain is null)
        {
            pass.Unreadable.Add($"{column.Name} {row.Name}");
            pass.FirstFormIsLeft |= row.Text.StartsWith(SealedText.PrefixOf(SealedText.FirstForm), StringComparison.Ordinal);
        }
        else if (await walk.ReplaceAsync(t, row, vault.Seal(plain, place)))
        {
            pass.Resealed++;
        }
    }

    private Task EndAsync(Pass pass, long resealed, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            // Values of the first form that do not open may do so with another configured key: their mark stays.
            await t.ExecuteAsync(
                "UPDATE vault_keys SET retired_at = @Now WHERE number < @Number AND number >= @Least AND retired_at IS NULL",
                new { Now = time.GetUtcNow(), pass.Number, Least = pass.FirstFormIsLeft ? 1L : 0L });
            await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("vault_rotated")
            {
                Outcome = pass.Unreadable.Count == 0 ? AuditOutcome.Success : AuditOutcome.Failure,
                Details = new Dictionary<string, object?> { ["resealed"] = resealed, ["unreadable"] = pass.Unreadable.Count },
            }.On("vault_key", pass.Number));
        }, cancel);

    private sealed class Pass(long number)
    {
        public long Number { get; } = number;

        public long Resealed { get; set; }

        public bool FirstFormIsLeft { get; set; }

        public List<string> Unreadable { get; } = [];
    }
}
