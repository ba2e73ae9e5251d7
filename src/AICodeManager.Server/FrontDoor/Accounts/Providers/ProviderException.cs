namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>How a provider failed.</summary>
public enum ProviderFault
{
    /// <summary>It cannot be reached, hangs, or answers with a fault of its own.</summary>
    Unavailable,

    /// <summary>It answered what cannot be accepted.</summary>
    Unacceptable,
}

/// <summary>A provider's answer that did not come or cannot be used.</summary>
/// <param name="reason">For the audit: a word or short phrase of ours, never the provider's tokens.</param>
public sealed class ProviderException(ProviderFault fault, string reason, Exception? cause = null) : Exception(reason, cause)
{
    public ProviderFault Fault { get; } = fault;
}
