namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Links;

/// <summary>
/// Gives a provider its grant back when a link is gone; the one use that provider tokens have here. What the provider
/// makes of it changes nothing for the link.
/// </summary>
public sealed partial class GrantReturn(ProviderTable providers, ILogger<GrantReturn> log)
{
    /// <param name="tokens">Null where they could not be opened.</param>
    public async Task GiveBackAsync(string provider, ProviderTokens? tokens, CancellationToken cancel)
    {
        if (tokens is null || providers.Find(provider) is not { } found)
        {
            return;
        }

        try
        {
            await found.RevokeAsync(tokens, cancel);
        }
        catch (ProviderException failed)
        {
            LogKept(log, provider, failed.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The provider {provider} did not take its grant back: {why}")]
    private static partial void LogKept(ILogger logger, string provider, string why);
}
