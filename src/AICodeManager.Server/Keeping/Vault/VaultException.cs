namespace AICodeManager.Server.Keeping.Vault;

/// <summary>Something sealed cannot be opened, or nothing more can be sealed. The message names places, never contents.</summary>
public sealed class VaultException(string message) : InvalidOperationException(message);
