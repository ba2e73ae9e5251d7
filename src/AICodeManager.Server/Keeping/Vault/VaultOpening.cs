using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// Opens the vault at the start: makes the first key, unwraps all, wraps those of a previous configured key anew. Where a
/// key that is in use does not open the server does not start, and the error names what cannot be read.
/// </summary>
public sealed partial class VaultOpening(
    Database database, VaultKeys keys, VaultKeyStore store, FieldVault vault, SealedCensus census, ILogger<VaultOpening> log)
{
    // A higher number was not made by any rotation: somebody wrote it there.
    private const int MostRotations = 100_000;

    /// <summary>For a server.</summary>
    /// <exception cref="VaultException">Fields cannot be opened with the configured keys.</exception>
    public async Task OpenAsync(CancellationToken cancel)
    {
        var rows = await store.ListAsync(cancel);
        if (!rows.Any(row => row.IsKey))
        {
            await BeginAsync(cancel);
            rows = await store.ListAsync(cancel);
        }

        await ExpectAllOpenAsync(rows, cancel);
        foreach (var row in rows.Where(row => row.IsKey && row.Root != keys.Root))
        {
            if (keys.Unwrap(row) is { } material)
            {
                await store.RewrapAsync(row, material, cancel);
                LogRewrapped(log, row.Number, row.Root, keys.Root);
            }
        }

        keys.Take(await store.ListAsync(cancel));
        if (keys.OfFirstForm.Count > 0)
        {
            LogFirstForm(log);
        }
    }

    /// <summary>For a look at it: changes nothing and leaves out what does not open.</summary>
    public async Task<IReadOnlyList<VaultKeyRow>> LookAsync(CancellationToken cancel)
    {
        var rows = await store.ListAsync(cancel);
        keys.Take(rows);
        return rows;
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        var there = await census.TakeAsync(cancel);
        if (there.Any(share => share.Number != SealedText.FirstForm))
        {
            if ((await store.ListAsync(cancel)).Any(row => row.IsKey))
            {
                return; // another node has begun, and sealed with its key, in this moment
            }

            throw new VaultException(VaultFaults.KeysGone(there));
        }

        if (there.Count > 0)
        {
            await store.MarkFirstFormAsync(await RootOfFirstFormAsync(there, cancel), cancel);
        }

        await store.AddAsync(SealedText.FirstForm, cancel);
    }

    // Values of the first form do not say what they were sealed under: one that opens tells for all of them.
    private async Task<string> RootOfFirstFormAsync(IReadOnlyList<SealedCensus.Share> there, CancellationToken cancel)
    {
        keys.Take([new VaultKeyRow()]);
        foreach (var column in there.Select(share => share.Column))
        {
            await foreach (var page in new SealedWalk(database, column).PagesAsync(SealedWalk.Sealed(column), cancel))
            {
                foreach (var row in page)
                {
                    if (vault.RootOfFirstForm(row.Text, column.PlaceOf(row.Name, row.Version)) is { } root)
                    {
                        return root;
                    }
                }
            }
        }

        throw new VaultException(VaultFaults.FirstFormLocked(there, keys));
    }

    private async Task ExpectAllOpenAsync(IReadOnlyList<VaultKeyRow> rows, CancellationToken cancel)
    {
        VaultKeyRow[] locked = [.. rows.Where(row => row.IsKey ? keys.Unwrap(row) is null : row.RetiredAt is null && !keys.Knows(row.Root))];
        long[] missing = [.. Enumerable.Range(1, (int)Math.Min(rows.Max(row => row.Number), MostRotations)).Select(number => (long)number).Except(rows.Select(row => row.Number))];
        if (locked.Length + missing.Length == 0)
        {
            return;
        }

        var there = await census.TakeAsync(cancel);
        if (locked.Any(row => row.RetiredAt is null) || there.Any(share => locked.Any(row => row.Number == share.Number) || missing.Contains(share.Number)))
        {
            throw new VaultException(VaultFaults.Locked(locked, missing, there, keys));
        }

        LogUnneeded(log, string.Join(", ", locked.Select(row => row.Number).Concat(missing)));
    }

    [LoggerMessage(LogLevel.Information, "Key {number} of the vault is wrapped under the key {to} now; it was under {from}")]
    private static partial void LogRewrapped(ILogger logger, long number, string from, string to);

    [LoggerMessage(LogLevel.Warning, "Fields are left that an earlier version sealed: an old value put back in their place would open. Run 'aicli-web vault rotate' once")]
    private static partial void LogFirstForm(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "Keys of the vault do not open: {numbers}. No field needs them, but old backups may")]
    private static partial void LogUnneeded(ILogger logger, string numbers);
}
