namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>A provider's own words, as far as the audit may carry them.</summary>
internal static class ProviderWords
{
    /// <summary>An error code (RFC 6749 section 5.2: printable ASCII) of at most 64 characters; else a remark that it is none.</summary>
    public static string Shown(string? error) => error switch
    {
        null => "(none)",
        { Length: > 0 and <= 64 } when error.All(c => c is > ' ' and <= '~' and not '"' and not '\\') => error,
        _ => "(unreadable)",
    };
}
