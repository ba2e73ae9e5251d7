namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Reserves the worst case of a call before it is forwarded, or as much of it as the budget holds.</summary>
/// <remarks>
/// The bound for the prompt is certain but high. Where it does not fit, the provider is asked to count (which is free),
/// so that a small remainder can still be used up without ever being overspent.
/// </remarks>
internal sealed class Purse(IBudgetLedger ledger, TimeSpan patience, TimeProvider time, ILogger log, string label)
{
    /// <summary>Fewer output tokens than this are of no use to an agent.</summary>
    private const long LeastOutput = 1_024;

    /// <summary>How often another task may take the money between the look and the reservation.</summary>
    private const int Races = 10;

    private static readonly TimeSpan LedgerTimeout = TimeSpan.FromSeconds(15);

    private readonly Lock guard = new();
    private TaskCompletionSource change = New();
    private int open;

    /// <param name="count">Asks the provider for the exact prompt tokens; null when it does not say.</param>
    /// <returns>Null: the budget does not hold the call.</returns>
    public async Task<Reservation?> ReserveAsync(ScreenedRequest request, Func<CancellationToken, Task<long?>> count, CancellationToken cancel)
    {
        var prompt = request.InputBound;
        var counted = false;
        using var limit = new CancellationTokenSource(patience, time);
        using var waits = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        for (var lost = 0; lost < Races;)
        {
            Task changed;
            bool othersHold;
            lock (guard)
            {
                changed = change.Task;
                othersHold = open > 0;
            }

            var remaining = await ledger.RemainingAsync(cancel).AsTask().WaitAsync(LedgerTimeout, time, cancel);
            var output = Affordable(request, prompt, remaining);
            if (output < request.MaxTokens && !counted)
            {
                counted = true;
                prompt = Math.Min(prompt, await count(cancel) is { } exact ? exact + exact / 50 + 500 : prompt);
                continue;
            }

            if (output >= Least(request) && await TakeAsync(request, prompt, output) is { } reservation)
                return reservation;
            if (output >= Least(request))
                lost++;
            else if (!othersHold || !await HappensAsync(changed, waits.Token, cancel))
                return null;
        }

        return null;
    }

    private async Task<Reservation?> TakeAsync(ScreenedRequest request, long prompt, long output)
    {
        var call = Guid.CreateVersion7(time.GetUtcNow());
        var amount = Worst(request, prompt, output);

        // Not cancelled with the caller: a reservation that was granted to somebody who left would never be settled.
        using var limit = new CancellationTokenSource(LedgerTimeout, time);
        if (!await ledger.ReserveAsync(call, request.Model, amount, limit.Token))
            return null;
        lock (guard)
            open++;
        return new Reservation(request, prompt, output, (usage, cost, outcome) => SettleAsync(call, usage, cost, outcome));
    }

    private async Task SettleAsync(Guid call, ModelUsage usage, long cost, string outcome)
    {
        try
        {
            using var limit = new CancellationTokenSource(LedgerTimeout, time);
            await ledger.SettleAsync(call, usage, cost, outcome, limit.Token).AsTask().WaitAsync(limit.Token);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The reservation stays in the ledger at its worst case: too dear, never too cheap.
            GatewayLog.NotSettled(log, label, cost, fault.GetType().Name);
        }
        finally
        {
            TaskCompletionSource done;
            lock (guard)
            {
                open--;
                (done, change) = (change, New());
            }

            done.TrySetResult();
        }
    }

    private static long Affordable(ScreenedRequest request, long prompt, long? remaining)
    {
        if (remaining is not { } money)
            return request.MaxTokens;
        var left = money - request.Price.WorstInput(prompt, request.HourCache);
        return left <= 0 ? 0 : (long)Math.Min(request.MaxTokens, decimal.Floor(left / request.Price.WorstOutput(prompt)));
    }

    private static long Worst(ScreenedRequest request, long prompt, long output) =>
        request.Price.WorstInput(prompt, request.HourCache) + ModelPrice.Whole(output * request.Price.WorstOutput(prompt));

    private static long Least(ScreenedRequest request) =>
        Math.Min(request.MaxTokens, Math.Max(LeastOutput, request.ThinkingTokens + 2));

    private static async Task<bool> HappensAsync(Task change, CancellationToken waits, CancellationToken cancel)
    {
        try
        {
            await change.WaitAsync(waits);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
