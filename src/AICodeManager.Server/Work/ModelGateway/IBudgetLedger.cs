namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Where the gateway asks for money before a call and settles after it. One ledger serves one task.</summary>
/// <remarks>Amounts are micro-dollars (10⁻⁶ USD). Implementations must be atomic: two calls never share one remainder.</remarks>
public interface IBudgetLedger
{
    /// <summary>What may still be reserved, all limits that bind this task taken together; null without any limit.</summary>
    ValueTask<long?> RemainingAsync(CancellationToken cancel);

    /// <summary>Sets <paramref name="microUsd"/> aside for a call. False: the budget does not hold that much.</summary>
    ValueTask<bool> ReserveAsync(Guid callId, string model, long microUsd, CancellationToken cancel);

    /// <summary>Replaces the reservation by what the call cost. Called exactly once for each reservation that was granted.</summary>
    ValueTask SettleAsync(Guid callId, ModelUsage usage, long costMicroUsd, string outcome, CancellationToken cancel);
}

/// <summary>Tokens of one model call, as the provider counted them.</summary>
public sealed record ModelUsage(long InputTokens, long OutputTokens, long CacheWriteTokens, long CacheReadTokens)
{
    public static readonly ModelUsage None = new(0, 0, 0, 0);
}
