namespace AICodeManager.Server.Ground.Configuration;

/// <summary>A kept secret cannot be used or kept. The message names the file and the remedy, never the secret.</summary>
public sealed class SecretsFolderException(string message) : Exception(message);
