namespace AICodeManager.Bench;

/// <summary>A measurement could not be made; the message says why.</summary>
public sealed class BenchException(string message, Exception? inner = null) : Exception(message, inner);
