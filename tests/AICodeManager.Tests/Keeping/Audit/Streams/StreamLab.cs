using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Streams;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Ground.Configuration;
using AICodeManager.Tests.Keeping.Audit.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

/// <summary>The sending on a real database, with chains that the test writes, a clock that it sets and a receiver that it commands.</summary>
internal sealed class StreamLab : IAsyncDisposable
{
    public const string Name = "siem";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder;
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<StreamMetrics>().BuildServiceProvider();

    private StreamLab(TempFolder folder, Database database)
    {
        (this.folder, Database, Store) = (folder, database, new StreamStore(database));
        using var scene = new Scene();
        Desk = new AlertDesk(scene.Settings(), Clock);
    }

    public Database Database { get; }

    public FakeClock Clock { get; } = new(Events.Start.AddHours(1));

    public StreamStore Store { get; }

    public AlertDesk Desk { get; }

    public CommandedSender Receiver { get; } = new();

    public static async Task<StreamLab> NewAsync(string kind, PostgresServer postgres)
    {
        var folder = new TempFolder();
        return new StreamLab(folder, await Databases.NewAsync(kind, postgres, folder));
    }

    /// <summary>A process that looks after the stream.</summary>
    public StreamPump NewNode() => new(
        new WebhookStream(new WebTarget(new("https://example.test/")), new("secret")) { Name = Name }, Receiver, Store, new AuditLeases(Database, Clock), Desk,
        services.GetRequiredService<StreamMetrics>(), Clock);

    public async Task ChainAsync(string chain, int count, int first = 1, bool closed = false)
    {
        await Database.WriteAsync(
            t => t.ExecuteAsync(
                """
                INSERT INTO audit_chains (id, node, store, root, started_at, closed_at) VALUES (@chain, 'node', 'database', 'root', 1, @closed)
                ON CONFLICT (id) DO NOTHING
                """, new { chain, closed = closed ? (long?)1 : null }), Cancel);
        await Events.AddAsync(Database, Events.OfChain(chain, count, first: first));
    }

    public Task CheckpointAsync(string chain, long sequence) => Database.WriteAsync(
        t => t.ExecuteAsync(
            """
            INSERT INTO audit_checkpoints (id, chain_id, sequence, link, at, node, key_id, signature)
            VALUES (@id, @chain, @sequence, 'link', @at, 'node', 'key', 'signature')
            """, new { id = Guid.NewGuid(), chain, sequence, at = Clock.UtcNow }), Cancel);

    /// <summary>Turns until all is sent or something fails.</summary>
    public async Task<StreamTurn> SendAsync(StreamPump node)
    {
        StreamTurn turn;
        do
            turn = await node.TurnAsync(Cancel);
        while (turn == StreamTurn.More);
        return turn;
    }

    public async Task<StreamState> StateAsync() => Assert.Single(await Store.StatesAsync(Cancel));

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        await services.DisposeAsync();
        await Database.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Takes what it is given unless the test says otherwise.</summary>
    internal sealed class CommandedSender : IStreamSender
    {
        public int MaxItems { get; set; } = 7;

        public int MaxBytes { get; set; } = 1 << 20;

        /// <summary>How the next attempts end; then all go well.</summary>
        public ConcurrentQueue<Func<SendResult>> Next { get; } = new();

        /// <summary>What was taken, in order.</summary>
        public ConcurrentQueue<StreamItem> Taken { get; } = new();

        public ConcurrentQueue<int> Batches { get; } = new();

        public Task<SendResult> SendAsync(IReadOnlyList<StreamItem> batch, CancellationToken cancel)
        {
            Batches.Enqueue(batch.Count);
            var result = Next.TryDequeue(out var ends) ? ends() : SendResult.Sent;
            if (result.Outcome == SendOutcome.Sent)
            {
                foreach (var item in batch)
                    Taken.Enqueue(item);
            }

            return Task.FromResult(result);
        }

        public IEnumerable<long> SequencesOf(string chain) => Taken.Where(item => item.Chain == chain && item.Event is not null).Select(item => item.Sequence);
    }
}
