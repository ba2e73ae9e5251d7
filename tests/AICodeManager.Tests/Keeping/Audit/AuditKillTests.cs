using System.Diagnostics;
using System.Globalization;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Keeping.Audit.Chain;

namespace AICodeManager.Tests.Keeping.Audit;

/// <summary>A writer that is killed (SIGKILL) in the middle: what it was told is kept is there, in the table and in the files.</summary>
public sealed class AuditKillTests(PostgresServer postgres)
{
    private const string Address = "AICLI_TEST_CHILD_DATABASE";
    private const int Enough = 150, Writers = 8;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Every_acknowledged_event_is_there_and_the_chains_hold(string kind)
    {
        using var folder = new TempFolder();
        var address = kind == "sqlite" ? folder.File("kill.db") : (await postgres.NewDatabaseAsync()).Reveal();
        await using var database = Open(address);
        await Migrator.ApplyAsync(database, TimeProvider.System, Cancel);
        var acknowledged = await KillAsync(folder.Path, address);
        Assert.True(acknowledged.Count >= Enough);

        var node = AuditNode.Of(folder.File("audit"));
        using var lanes = AuditWriting.Lanes(database);
        await using var files = AuditWriting.Files(node, AuditStorage.Both);
        var report = await new AuditVerifier(database, new ChainKeys(new RootKeys(AuditWriting.Root)), node, lanes, files).VerifyAsync(null, Cancel);
        Assert.Empty(report.Faults);
        var stored = await database.ReadAsync(r => r.QueryAsync<string>("SELECT resource_id FROM audit_events WHERE name = 'tick'"), Cancel);
        Assert.Empty(acknowledged.Except(stored.Select(Number)));
        var filed = AuditFileName.In(Path.Combine(node.Folder, node.Name)).SelectMany(file => BackwardLines.Read(file.Path)).Select(AuditFileLine.Parse);
        Assert.Empty(acknowledged.Except(filed.Where(entry => entry!.Name == "tick").Select(entry => Number(entry!.ResourceId!))));
    }

    /// <summary>Not a test: the writer that the test above starts and kills.</summary>
    [Fact(Explicit = true)]
    public async Task Writes_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable(ChildRun.Folder)!;
        await using var database = Open(Environment.GetEnvironmentVariable(Address)!);
        var node = AuditNode.Of(Path.Combine(folder, "audit"));
        var keys = new ChainKeys(new RootKeys(AuditWriting.Root));
        using var lanes = new AuditLanes(database, keys, node, TimeProvider.System);
        await using var files = AuditWriting.Files(node, AuditStorage.Both);
        var trail = new AuditTrail(database, lanes, files, AuditWriting.Spool(node), TimeProvider.System, AuditChoice.Everything);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next);
                await trail.RecordAsync(RequestOrigin.System, ChainLab.Process.Tick(number), Cancel);
                await Console.Out.WriteLineAsync($"ack {number}");
            }
        }, Cancel)));
    }

    private static async Task<HashSet<int>> KillAsync(string folder, string address)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            typeof(AuditKillTests).Assembly.Location,
            "--filter-method", $"*.{nameof(Writes_until_it_is_killed)}", "--explicit", "only", "--no-progress",
        ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[ChildRun.Folder] = folder;
        start.Environment[Address] = address;
        using var process = Process.Start(start)!;
        HashSet<int> acknowledged = [];
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (line.StartsWith("ack ", StringComparison.Ordinal) && int.TryParse(line.AsSpan(4), out var number))
                acknowledged.Add(number);
            if (acknowledged.Count == Enough)
                process.Kill();
        }

        await process.WaitForExitAsync(Cancel);
        return acknowledged;
    }

    private static Database Open(string address) =>
        address.StartsWith("postgres", StringComparison.Ordinal) ? Database.Postgres(new Secret(address)) : Database.Sqlite(address);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
