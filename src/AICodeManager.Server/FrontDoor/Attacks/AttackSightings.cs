using System.Threading.Channels;
using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>
/// Remembers who was seen attacking: the audit is told once a minute of each rule and network, and a network that goes on
/// is blocked, on all nodes.
/// </summary>
/// <remarks>Counted by each node for itself: what is refused costs the shared store nothing. The block is shared.</remarks>
public sealed partial class AttackSightings(BlockList blocks, RefusalAudit audit, Settings settings, TimeProvider time, ILogger<AttackSightings> log)
    : BackgroundService
{
    private const int PatienceWithPages = 50;

    private readonly OffenderSettings offenders = settings.Monitoring.AttackDetection.Offenders;
    private readonly Tallies<ClientNetwork> charged = new(settings.Monitoring.AttackDetection.Offenders.Window, time);
    private readonly Tallies<ClientNetwork> causedByOthers = new(settings.Monitoring.AttackDetection.Offenders.Window, time);
    private readonly Tallies<(ClientNetwork, string)> told = new(TimeSpan.FromMinutes(1), time);

    // One entry a network and window; more than this at once is a flood from very many, which the limits are for.
    private readonly Channel<(ClientNetwork Network, RequestOrigin Origin)> toBlock =
        Channel.CreateBounded<(ClientNetwork, RequestOrigin)>(new BoundedChannelOptions(1000) { SingleReader = true });

    /// <summary>Whether the audit does not know yet, this minute, that this network sets off this rule.</summary>
    public bool IsFirst(HttpContext context, string rule) => told.Add((ClientNetwork.Of(context), rule)).Count == 1;

    /// <summary>Tells the audit of what was let through.</summary>
    public void Note(HttpContext context, AuditEvent happened) => audit.Note(RequestOrigin.Of(context), happened);

    /// <summary>
    /// Counts a refused attack against the network it came from. What a browser says another site's page made it send counts
    /// by itself and far less: a page full of pictures must not shut out its visitors' office. Who writes the header by hand
    /// is refused each time all the same, and blocked a little later.
    /// </summary>
    public void Charge(HttpContext context)
    {
        var network = ClientNetwork.Of(context);
        var byOthers = context.Request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"];
        var (count, most) = byOthers
            ? (causedByOthers.Add(network).Count, offenders.Attempts * PatienceWithPages)
            : (charged.Add(network).Count, offenders.Attempts);
        if (count == most)
            toBlock.Writer.TryWrite((network, RequestOrigin.Of(context)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (network, origin) in toBlock.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await blocks.BlockAsync(network, BlockScope.All, "attacks", offenders.BlockDuration, origin, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // Each of its attacks is refused all the same; its next window brings the block up again.
                LogUnblocked(log, fault);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A network that attacks could not be blocked")]
    private static partial void LogUnblocked(ILogger logger, Exception fault);
}
