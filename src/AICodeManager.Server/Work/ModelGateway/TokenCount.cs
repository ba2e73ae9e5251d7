namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>What a call used, in the classes that have a price of their own.</summary>
/// <param name="CacheWrite">Written to the five-minute cache.</param>
/// <param name="CacheWriteHour">Written to the one-hour cache.</param>
internal readonly record struct TokenCount(
    long Input, long Output, long CacheWrite = 0, long CacheWriteHour = 0, long CacheRead = 0, long WebSearches = 0)
{
    public long Prompt => Input + CacheWrite + CacheWriteHour + CacheRead;

    public ModelUsage ToUsage() => new(Input, Output, CacheWrite + CacheWriteHour, CacheRead);
}
