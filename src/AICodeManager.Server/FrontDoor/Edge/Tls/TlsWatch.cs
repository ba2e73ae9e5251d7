using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Edge.Tls;

/// <summary>
/// Looks at the certificate's files every ten seconds. Files are looked at, not watched: links that are exchanged and
/// mounted folders make no events that can be relied on.
/// </summary>
public sealed partial class TlsWatch(TlsKeeper keeper, AuditTrail audit, TimeProvider time, ILogger<TlsWatch> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>One look; whoever changed the certificate can be asked about it later.</summary>
    public async Task LookAsync()
    {
        if (keeper.Look() is not { } taken)
            return;
        await audit.RecordDoneAsync(RequestOrigin.System, new AuditEvent("tls_certificate_changed")
        {
            Details = new Dictionary<string, object?>
            {
                ["subject"] = taken.Subject,
                ["fingerprint"] = taken.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256),
                ["not_after"] = taken.NotAfter.ToUniversalTime(),
            },
        });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryLookAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TryLookAsync()
    {
        try
        {
            await LookAsync();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The certificate is in use whether or not the event could be written; the next look must happen in any case.
            LogFault(log, fault);
        }
    }

    [LoggerMessage(LogLevel.Error, "Looking at the certificate's files, or telling of them, failed")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
