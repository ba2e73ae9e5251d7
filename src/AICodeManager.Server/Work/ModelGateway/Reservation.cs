namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Money set aside for one call. It is settled once, whatever happens to the call.</summary>
/// <param name="prompt">Prompt tokens that the reservation covers.</param>
/// <param name="maxTokens">What the call may put out; the budget may have lowered it.</param>
/// <param name="settle">Given the tokens, their cost and the outcome.</param>
internal sealed class Reservation(ScreenedRequest request, long prompt, long maxTokens, Func<ModelUsage, long, string, Task> settle)
{
    private int settled;

    public long MaxTokens => maxTokens;

    /// <summary>Micro-dollars that the settled call cost.</summary>
    public long Cost { get; private set; }

    public ModelUsage Usage { get; private set; } = ModelUsage.None;

    /// <summary>The most that the call can have used.</summary>
    public TokenCount Worst => new(0, maxTokens, request.HourCache ? 0 : prompt, request.HourCache ? prompt : 0);

    /// <summary>For a call that ended before anybody told what its prompt counts: a token for three bytes.</summary>
    public TokenCount Estimate => new(0, 0, prompt / 3);

    /// <summary>False: it was settled before.</summary>
    public async Task<bool> SettleAsync(TokenCount used, string outcome)
    {
        if (Interlocked.Exchange(ref settled, 1) != 0)
            return false;
        Usage = used.ToUsage();
        Cost = request.Price.Cost(used);
        await settle(Usage, Cost, outcome);
        return true;
    }
}
