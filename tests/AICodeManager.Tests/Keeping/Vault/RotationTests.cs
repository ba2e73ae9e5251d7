using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Vault;

/// <summary>Everything comes under a new key, whoever writes meanwhile and wherever the rotation is stopped.</summary>
public sealed class RotationTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Everything_lies_under_the_new_key_and_the_old_one_is_kept(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var lab = await VaultLab.OpenAsync(database);
        await OpeningTests.PutAsync(database, lab, [.. Enumerable.Range(0, 150).Select(i => $"row{i:d3}")]);
        var old = await OpeningTests.TextAsync(database, "row007");

        var result = await lab.Rotation.RunAsync(null, Cancel);

        Assert.Equal((2, false, 150, 0), (result.Key, result.Resumed, result.Resealed, result.Unreadable.Count));
        Assert.All(await lab.Census.TakeAsync(Cancel), share => Assert.Equal(2, share.Number));
        Assert.Equal((150, 0), await VerifiedAsync(lab));
        var keys = await lab.Store.ListAsync(Cancel);
        Assert.NotNull(keys[0].RetiredAt);
        Assert.Null(keys[1].RetiredAt);
        // As a restored backup brings it.
        Assert.Equal("secret of row007", lab.Vault.Open(old!, new SealedPlace("signing_keys", "private_key", "row007")));
        Assert.Equal(1, await OpeningTests.CountAsync(database, "SELECT COUNT(*) FROM audit_events WHERE name = 'vault_rotation_started'"));
        Assert.Equal(1, await OpeningTests.CountAsync(database, "SELECT COUNT(*) FROM audit_events WHERE name = 'vault_rotated'"));
        Assert.True(keys[0].Sealings + keys[1].Sealings >= 150);
    }

    [Theory]
    [InlineData("sqlite", 1)]
    [InlineData("sqlite", 64)]
    [InlineData("sqlite", 100)]
    [InlineData("postgresql", 90)]
    public async Task A_rotation_that_is_stopped_anywhere_goes_on(string kind, int after)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var lab = await VaultLab.OpenAsync(database);
        await OpeningTests.PutAsync(database, lab, [.. Enumerable.Range(0, 130).Select(i => $"row{i:d3}")]);
        using var stop = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lab.Rotation.RunAsync(
            new Heard(_ =>
            {
                if (++seen == after)
                {
                    stop.Cancel();
                }
            }), stop.Token));

        var again = await VaultLab.OpenAsync(database);
        Assert.Equal((130, 0), await VerifiedAsync(again));
        var result = await again.Rotation.RunAsync(null, Cancel);

        Assert.Equal((2, true), (result.Key, result.Resumed)); // no third key
        Assert.Equal(130 - ((after - 1) / 64 * 64), result.Resealed); // whole pages stayed done
        Assert.All(await again.Census.TakeAsync(Cancel), share => Assert.Equal(2, share.Number));
        Assert.Equal((130, 0), await VerifiedAsync(again));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Writers_on_two_nodes_lose_nothing_to_a_rotation(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var (here, there) = (await VaultLab.OpenAsync(database), await VaultLab.OpenAsync(database));
        string[] rows = [.. Enumerable.Range(0, 200).Select(i => $"row{i:d3}")];
        await OpeningTests.PutAsync(database, here, rows);

        // The other node has not heard of the new key and goes on with the old one, before and behind the rotation.
        var written = 0;
        var progress = new Heard(_ => Interlocked.Increment(ref written));
        var rotation = Task.Run(() => here.Rotation.RunAsync(progress, Cancel), Cancel);
        for (var i = 0; i < 60; i++)
        {
            var row = rows[i * 37 % rows.Length];
            await OpeningTests.PutTextAsync(database, row, there.Vault.Seal($"newer {row}", Place(row)));
            Assert.Equal($"newer {row}", there.Vault.Open((await OpeningTests.TextAsync(database, row))!, Place(row)));
        }

        await rotation;
        await here.Rotation.RunAsync(null, Cancel);
        Assert.Equal((200, 0), await VerifiedAsync(there));
        for (var i = 0; i < 60; i++)
        {
            var row = rows[i * 37 % rows.Length];
            Assert.Equal($"newer {row}", here.Vault.Open((await OpeningTests.TextAsync(database, row))!, Place(row)));
        }
    }

    [Fact]
    public async Task A_value_that_another_writer_replaced_is_left_alone()
    {
        await using var database = await NewAsync();
        var lab = await VaultLab.OpenAsync(database);
        await OpeningTests.PutAsync(database, lab, "a", "b");
        var walk = new SealedWalk(database, SealedColumns.All[0]);
        await foreach (var page in walk.PagesAsync(SealedWalk.Sealed(SealedColumns.All[0]), Cancel))
        {
            await OpeningTests.PutTextAsync(database, "a", lab.Vault.Seal("newer", Place("a")));
            var changed = new List<bool>();
            await database.WriteAsync(async t =>
            {
                foreach (var row in page)
                {
                    changed.Add(await walk.ReplaceAsync(t, row, lab.Vault.Seal("resealed", Place(row.Name))));
                }
            }, Cancel);
            Assert.Equal([false, true], changed);
        }

        Assert.Equal("newer", lab.Vault.Open((await OpeningTests.TextAsync(database, "a"))!, Place("a")));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_node_that_meets_an_unknown_key_reads_the_table_again(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var (here, there) = (await VaultLab.OpenAsync(database), await VaultLab.OpenAsync(database));
        await here.Store.AddAsync(1, Cancel);
        var text = here.Vault.Seal("x", Place("a"));

        Assert.StartsWith("v2.2.", text);
        Assert.StartsWith("v2.1.", there.Vault.Seal("x", Place("a")));
        Assert.Equal("x", there.Vault.Open(text, Place("a")));
        Assert.StartsWith("v2.2.", there.Vault.Seal("x", Place("a")));
        Assert.Null(there.Vault.Open("v2.9." + text[5..], Place("a")));
    }

    [Fact]
    public async Task Long_values_are_read_a_few_at_once()
    {
        await using var database = await NewAsync();
        var lab = await VaultLab.OpenAsync(database);
        foreach (var row in (string[])["a", "b", "c", "d"])
        {
            await OpeningTests.PutTextAsync(database, row, lab.Vault.Seal(new string(row[0], row == "c" ? 4 << 20 : 1 << 20), Place(row)));
        }

        var pages = new List<int>();
        await foreach (var page in new SealedWalk(database, SealedColumns.All[0]).PagesAsync(SealedWalk.Sealed(SealedColumns.All[0]), Cancel))
        {
            pages.Add(page.Count);
        }

        Assert.Equal([2, 1, 1], pages);
        Assert.Equal(4, (await lab.Rotation.RunAsync(null, Cancel)).Resealed);
    }

    [Fact]
    public async Task A_value_that_does_not_open_is_named_and_ends_no_rotation()
    {
        await using var database = await NewAsync();
        var lab = await VaultLab.OpenAsync(database);
        await OpeningTests.PutAsync(database, lab, "a", "b", "c");
        var moved = (await OpeningTests.TextAsync(database, "a"))!;
        await OpeningTests.PutTextAsync(database, "b", moved);
        await OpeningTests.PutTextAsync(database, "c", "in clear");

        var result = await lab.Rotation.RunAsync(null, Cancel);
        Assert.Equal(["signing_keys.private_key b", "signing_keys.private_key c"], result.Unreadable);
        Assert.Equal(moved, await OpeningTests.TextAsync(database, "b"));

        var next = await lab.Rotation.RunAsync(null, Cancel);
        Assert.Equal((3, false, 1), (next.Key, next.Resumed, next.Resealed));
    }

    [Fact]
    public async Task Verification_names_every_value_that_does_not_open()
    {
        await using var database = await NewAsync();
        var lab = await VaultLab.OpenAsync(database);
        await OpeningTests.PutAsync(database, lab, "a", "b", "c", "d", "e");
        var text = (await OpeningTests.TextAsync(database, "a"))!;
        await OpeningTests.PutTextAsync(database, "b", text);
        await OpeningTests.PutTextAsync(database, "c", text[..^4]);
        await OpeningTests.PutTextAsync(database, "d", "v2.77" + text[4..]);
        await OpeningTests.PutTextAsync(database, "e", "in clear");

        var result = await lab.Verification.RunAsync(null, Cancel);

        Assert.Equal(1, result.Opened);
        Assert.Equal(["b", "c", "d", "e"], result.Faults.Select(fault => fault.Row));
        Assert.Contains("key 77", result.Faults[2].Why, StringComparison.Ordinal);
        Assert.Equal("is not sealed", result.Faults[3].Why);
        Assert.Equal(1, await OpeningTests.CountAsync(database, "SELECT COUNT(*) FROM audit_events WHERE name = 'vault_verification_failed'"));
    }

    [Fact]
    public async Task A_worn_key_gets_a_successor_by_itself()
    {
        await using var database = await NewAsync();
        var lab = await VaultLab.OpenAsync(database);
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE vault_keys SET sealings = @Enough", new { VaultKeeper.Enough }), Cancel);
        lab.Vault.Seal("x", Place("a"));

        await lab.Keeper.KeepAsync(Cancel);

        Assert.StartsWith("v2.2.", lab.Vault.Seal("x", Place("a")));
        Assert.Equal(VaultKeeper.Enough + 1, (await lab.Store.ListAsync(Cancel))[0].Sealings);
    }

    public void Dispose() => folder.Dispose();

    private static SealedPlace Place(string row) => new("signing_keys", "private_key", row);

    private static async Task<(long, int)> VerifiedAsync(VaultLab lab)
    {
        var result = await lab.Verification.RunAsync(null, Cancel);
        return (result.Opened, result.Faults.Count);
    }

    private Task<Database> NewAsync() => Databases.NewAsync("sqlite", postgres, folder);

    private sealed class Heard(Action<RotationProgress> hear) : IProgress<RotationProgress>
    {
        public void Report(RotationProgress value) => hear(value);
    }
}
