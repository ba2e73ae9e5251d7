using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Alerts.Messages;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Ground.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Keeping.Alerts;

/// <summary>The room of alerts on a real database, with a clock that the test sets and senders that keep what they are given.</summary>
internal sealed class AlertLab : IAsyncDisposable
{
    public const string Config = """
        monitoring:
          alerts:
            channels:
              - type: "slack"
                webhook_url: "https://hooks.example.test/services/T0/B0/x1y2z3"
              - type: "email"
                recipients: ["one@example.test", "two@example.test"]
                language: "ko"
            smtp:
              host: "smtp.example.test"
              from: "alerts@example.test"
        """;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder;
    private readonly ConcurrentBag<Node> nodes = [];

    private AlertLab(TempFolder folder) => this.folder = folder;

    public FakeClock Clock { get; } = new();

    public required Database Database { get; init; }

    public required Settings Settings { get; init; }

    /// <summary>What the senders were given, of all nodes.</summary>
    public ConcurrentQueue<(string Channel, string Recipient, AlertMessage Message)> Sent { get; } = new();

    /// <summary>How an attempt over a channel ends; sent where nothing is said.</summary>
    public ConcurrentDictionary<string, SendResult> Answers { get; } = new();

    public Node A { get; private set; } = null!;

    public static async Task<AlertLab> NewAsync(string kind, PostgresServer postgres, string config = Config)
    {
        var folder = new TempFolder();
        using var scene = new Scene();
        var lab = new AlertLab(folder) { Database = await Databases.NewAsync(kind, postgres, folder), Settings = scene.File(config).Settings() };
        lab.A = lab.NewNode();
        return lab;
    }

    /// <summary>A process of the installation; it shares nothing with others but the database.</summary>
    public Node NewNode(Settings? settings = null)
    {
        var node = new Node(this, settings ?? Settings);
        nodes.Add(node);
        return node;
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql) => Database.ReadAsync(r => r.QueryAsync<T>(sql), Cancel);

    public Task<long> CountAsync(string sql) => Database.ReadAsync(r => r.ScalarAsync<long>(sql), Cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            node.Dispose();
        await Database.DisposeAsync();
        folder.Dispose();
    }

    internal sealed class Node : IDisposable
    {
        private readonly AlertKeeper keeper;
        private readonly AlertCourier courier;

        public Node(AlertLab lab, Settings settings)
        {
            Desk = new AlertDesk(settings, lab.Clock);
            Counts = new AlertCounts(settings);
            Watch = new AlertWatch(Desk, Counts, NullLogger<AlertWatch>.Instance);
            Audit = AuditWriting.Trail(lab.Database, lab.Clock, Watch);
            var deliveries = new DeliveryStore(settings, lab.Database, Audit, lab.Clock);
            Store = new AlertStore(settings, deliveries, lab.Clock);
            keeper = new AlertKeeper(
                Desk, Counts, Store, deliveries, lab.Database, settings, AlertPace.Default, lab.Clock, NullLogger<AlertKeeper>.Instance);
            courier = new AlertCourier(
                channel => new Sender(lab, channel), deliveries, settings, AlertPace.Default, lab.Clock, NullLogger<AlertCourier>.Instance);
        }

        public AlertDesk Desk { get; }
        public AlertCounts Counts { get; }
        public AlertWatch Watch { get; }
        public AuditTrail Audit { get; }
        public AlertStore Store { get; }

        /// <summary>One round of writing down, and one of delivering.</summary>
        public async Task TurnAsync()
        {
            await keeper.TurnAsync(Cancel);
            await courier.DeliverAsync(Cancel);
        }

        public void Dispose()
        {
            keeper.Dispose();
            courier.Dispose();
            Desk.Dispose();
        }

        public Task KeepAsync() => keeper.TurnAsync(Cancel);

        public Task DeliverAsync(CancellationToken? cancel = null) => courier.DeliverAsync(cancel ?? Cancel);

        public async Task RaiseAsync(string kind, string? subject = null, params (string Name, string Value)[] facts)
        {
            Desk.Raise(new Alert(kind, AlertSeverity.Warning, subject, facts.ToDictionary(fact => fact.Name, fact => fact.Value)));
            await TurnAsync();
        }
    }

    private sealed class Sender(AlertLab lab, AlertChannel channel) : IAlertSender
    {
        public Task<SendResult> SendAsync(AlertMessage message, string recipient, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            lab.Sent.Enqueue((channel.Name, recipient, message));
            return Task.FromResult(lab.Answers.GetValueOrDefault(channel.Name, SendResult.Sent));
        }
    }
}
