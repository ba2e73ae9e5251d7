namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>A limit that no route is under protects nothing: the operator is told at the start.</summary>
public sealed partial class UnmatchedEndpoints(RateLimitTable table, EndpointDataSource routes, ILogger<UnmatchedEndpoints> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var name in table.Unmatched(routes.Endpoints))
            LogUnmatched(log, name);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "rate_limit.endpoints names {route}, and the server has no such route: nothing is limited by it")]
    private static partial void LogUnmatched(ILogger logger, string route);
}
