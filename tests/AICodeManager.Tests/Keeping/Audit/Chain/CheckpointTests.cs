using System.Security.Cryptography;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Keeping.Audit.Chain;

/// <summary>Checkpoints: when they are made, that others can check them, and that none can be changed or taken away.</summary>
public sealed class CheckpointTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Checkpoints_that_are_changed_or_removed_are_named(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        for (var i = 0; i < 4; i++)
        {
            await process.WriteAsync(2); // places 3, 5, 7, 9
            await process.CheckpointAsync();
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(lab.CheckpointFile));
        Assert.Equal(4, (await process.VerifyAsync()).Checkpoints);
        foreach (var change in (string[])["sequence = 4", "at = at + 1", "node = 'other'", "id = 'x'", "signature = 'AAAA'", "link = 'AAAA'", "key_id = 'x'"])
            AssertBad(await lab.AfterAsync(process, $"UPDATE audit_checkpoints SET {change} WHERE sequence = 5"), change == "sequence = 4" ? 4 : 5);
        AssertBad(await lab.AfterAsync(process, "DELETE FROM audit_checkpoints WHERE sequence = 5"), 5);
        AssertBad(await lab.AfterAsync(process, "DELETE FROM audit_keys"), 3);

        var lines = await File.ReadAllLinesAsync(lab.CheckpointFile, Cancel);
        await File.WriteAllLinesAsync(lab.CheckpointFile, [lines[0], lines[2], lines[3]], Cancel);
        AssertBad(await process.VerifyAsync(), 5);
        await File.WriteAllLinesAsync(lab.CheckpointFile, [lines[0], lines[1].Replace("\"at\":1", "\"at\":2", StringComparison.Ordinal), .. lines[2..]], Cancel);
        AssertBad(await process.VerifyAsync(), 5);
        await File.WriteAllLinesAsync(lab.CheckpointFile, [lines[0], "{\"at\":", .. lines[2..]], Cancel);
        AssertBad(await process.VerifyAsync(), 5);
        File.Delete(lab.CheckpointFile);
        AssertBad(await process.VerifyAsync(), 3);
        await File.WriteAllLinesAsync(lab.CheckpointFile, lines, Cancel);
        Assert.Empty((await process.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task A_key_that_somebody_slips_in_signs_nothing()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        await process.WriteAsync(4);
        var (key, row) = CheckpointKey.New(new ChainKeys(new Server.Keeping.Vault.RootKeys(new Server.Ground.Secret("the thief's own root, long enough!!"))), new(AuditWriting.Root), lab.Clock.UtcNow);
        using var _ = key;
        var report = await lab.AfterAsync(
            process, $"INSERT INTO audit_keys (id, public_key, private_key, created_at, root, mac) VALUES ('{row.Id}', '{row.PublicKey}', '{row.PrivateKey}', 1, '{process.Keys.Current}', '{row.Mac}')");
        Assert.Equal(AuditFaultKind.BadCheckpoint, Assert.Single(report.Faults).Kind);
    }

    [Fact]
    public async Task Whoever_has_the_public_key_alone_can_check_what_was_sent()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        await process.WriteAsync(2);
        await process.CheckpointAsync();
        var sent = Assert.Single(process.Heard.Checkpoints);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String((await lab.ScalarAsync<string>("SELECT public_key FROM audit_keys"))!), out _);
        Assert.True(key.VerifyData(
            sent.Content().Bytes, System.Buffers.Text.Base64Url.DecodeFromChars(sent.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.DoesNotContain("MIGH", await lab.ScalarAsync<string>("SELECT private_key FROM audit_keys"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_is_made_after_a_thousand_events_or_ten_seconds_and_only_where_there_is_something_new()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        using var keeper = new ChainKeeper(process.Lanes, process.Files, process.Checkpoints, lab.Clock, NullLogger<ChainKeeper>.Instance);
        async Task<int> AfterAsync(int events, double seconds)
        {
            if (events > 0)
                await lab.Database.WriteAsync(async t =>
                {
                    for (var i = 0; i < events; i++)
                        await process.Trail.RecordAsync(t, Server.Ground.Http.RequestOrigin.System, ChainLab.Process.Tick(i));
                }, Cancel);
            lab.Clock.Advance(TimeSpan.FromSeconds(seconds));
            await keeper.TurnAsync(Cancel);
            return process.Heard.Checkpoints.Count;
        }

        Assert.Equal(0, await AfterAsync(1, 1));
        Assert.Equal(0, await AfterAsync(5, 8));
        Assert.Equal(1, await AfterAsync(0, 2));
        Assert.Equal(1, await AfterAsync(0, 60));
        Assert.Equal(2, await AfterAsync(1, 1));
        Assert.Equal(2, await AfterAsync(999, 1));
        Assert.Equal(3, await AfterAsync(1, 1));
    }

    private static void AssertBad(AuditReport report, long sequence) => Assert.True(
        report.Faults is [.., var fault] && fault.Kind == AuditFaultKind.BadCheckpoint && fault.Sequence == sequence,
        $"expected a bad checkpoint at {sequence}, found {string.Join("; ", report.Faults)}");
}
