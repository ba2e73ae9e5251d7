using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;
using AICodeManager.Server.Keeping.Audit.Spool;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Keeping.Audit.Chain;

/// <summary>An installation's audit without its server: one database and one data folder, and processes that come and go.</summary>
internal sealed class ChainLab : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly List<Process> processes = [];

    private ChainLab()
    {
    }

    public Database Database { get; private set; } = null!;

    public FakeClock Clock { get; } = new();

    public AuditNode Node { get; private set; } = null!;

    public string CheckpointFile => Path.Combine(Node.Folder, "checkpoints.jsonl");

    public static async Task<ChainLab> NewAsync(string kind, PostgresServer postgres)
    {
        var lab = new ChainLab();
        lab.Database = await Databases.NewAsync(kind, postgres, lab.folder);
        lab.Node = AuditNode.Of(lab.folder.File("audit"));
        return lab;
    }

    /// <summary>Where events go; for processes that are started afterwards.</summary>
    public AuditStorage Storage { get; set; }

    /// <summary>What stands in the files, the newest file's last line first.</summary>
    public IEnumerable<AuditEntry> Filed() => Files.Reverse().SelectMany(BackwardLines.Read).Select(AuditFileLine.Parse).OfType<AuditEntry>();

    /// <summary>The files of the audit, oldest first.</summary>
    public string[] Files => Directory.Exists(Path.Combine(Node.Folder, Node.Name))
        ? [.. Directory.GetFiles(Path.Combine(Node.Folder, Node.Name)).Order(StringComparer.Ordinal)]
        : [];

    public Process Start(params Secret[] roots)
    {
        var process = new Process(this, roots is [] ? new RootKeys(AuditWriting.Root) : new RootKeys(roots[0], roots[1..]));
        processes.Add(process);
        return process;
    }

    public Task SqlAsync(params string[] statements) => Database.WriteAsync(async t =>
    {
        foreach (var sql in statements)
            await t.ExecuteAsync(sql);
    }, Cancel);

    public Task<T?> ScalarAsync<T>(string sql) => Database.ReadAsync(r => r.ScalarAsync<T>(sql), Cancel);

    /// <summary>Does something to the database, verifies, and puts everything back.</summary>
    public async Task<AuditReport> AfterAsync(Process process, params string[] statements)
    {
        string[] tables = ["audit_events", "audit_chains", "audit_checkpoints", "audit_cuts", "audit_keys"];
        await SqlAsync([.. tables.Select(table => $"CREATE TABLE saved_{table} AS SELECT * FROM {table}")]);
        try
        {
            await SqlAsync(statements);
            return await process.VerifyAsync();
        }
        finally
        {
            await SqlAsync([.. tables.SelectMany(table => (string[])
                [$"DELETE FROM {table}", $"INSERT INTO {table} SELECT * FROM saved_{table}", $"DROP TABLE saved_{table}"])]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
            await process.DisposeAsync();
        await Database.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>One run of a server or of a command: its own chains.</summary>
    internal sealed class Process : IAsyncDisposable
    {
        private readonly ChainLab lab;
        private readonly ChainKeys keys;

        public Process(ChainLab lab, RootKeys roots)
        {
            this.lab = lab;
            keys = new ChainKeys(roots);
            Lanes = new AuditLanes(lab.Database, keys, lab.Node, lab.Clock);
            Files = AuditWriting.Files(lab.Node, lab.Storage, lab.Clock);
            Spool = AuditWriting.Spool(lab.Node, Heard);
            Trail = new AuditTrail(lab.Database, Lanes, Files, Spool, lab.Clock, AuditChoice.Everything, Heard);
            Drain = new SpoolDrain(Spool, Trail, lab.Clock, NullLogger<SpoolDrain>.Instance);
            Checkpoints = new CheckpointWriter(lab.Database, keys, new FieldVault(AuditWriting.Root), lab.Node, lab.Clock, Heard);
        }

        public AuditLanes Lanes { get; }
        public AuditFiles Files { get; }
        public AuditSpool Spool { get; }
        public SpoolDrain Drain { get; }
        public AuditTrail Trail { get; }
        public Observer Heard { get; } = new();
        public CheckpointWriter Checkpoints { get; }
        public ChainKeys Keys => keys;

        public async Task WriteAsync(int events)
        {
            for (var i = 0; i < events; i++)
            {
                lab.Clock.Advance(TimeSpan.FromSeconds(1));
                await Trail.RecordAsync(RequestOrigin.System, Tick(i), Cancel);
            }
        }

        public Task CheckpointAsync() => Checkpoints.WriteAsync(Files.Head is { } head ? [.. Lanes.Heads, head] : Lanes.Heads, Cancel);

        /// <summary>An orderly end.</summary>
        public async Task CloseAsync()
        {
            var keeper = new ChainKeeper(Lanes, Files, Checkpoints, lab.Clock, NullLogger<ChainKeeper>.Instance);
            await keeper.StopAsync(Cancel);
            keeper.Dispose();
        }

        public AuditCuts Cuts => new(lab.Database, keys, lab.Node, Files, Trail, Spool, lab.Clock);

        public Task<long> CutAsync(TimeSpan age) =>
            Cuts.CutAsync(lab.Clock.UtcNow - age, Cancel);

        /// <summary>As this process sees it, which knows its own heads.</summary>
        public Task<AuditReport> VerifyAsync() => new AuditVerifier(lab.Database, keys, lab.Node, Lanes, Files).VerifyAsync(null, Cancel);

        public async ValueTask DisposeAsync()
        {
            await Files.DisposeAsync();
            Drain.Dispose();
            Lanes.Dispose();
            Checkpoints.Dispose();
        }

        internal sealed class Observer : IAuditObserver
        {
            public List<string> Events { get; } = [];
            public List<AuditCheckpoint> Checkpoints { get; } = [];
            public List<string> Alarms { get; } = [];

            public void Recorded(RequestOrigin origin, AuditEvent happened, DateTimeOffset at)
            {
                lock (Events)
                    Events.Add(happened.Name);
            }

            public void CheckpointSigned(AuditCheckpoint checkpoint) => Checkpoints.Add(checkpoint);

            public void Broken(string reason) => Alarms.Add(reason);
        }

        public static AuditEvent Tick(int number) => new AuditEvent("tick")
        {
            Reason = $"reason {number}", Details = new Dictionary<string, object?> { ["number"] = number },
        }.On("thing", number);
    }
}
