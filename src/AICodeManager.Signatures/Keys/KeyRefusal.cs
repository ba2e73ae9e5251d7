namespace AICodeManager.Signatures.Keys;

/// <summary>A fault, and one English line that says what is wrong and what is accepted. It never holds any of the key's text.</summary>
internal sealed record KeyRefusal(KeyFault Fault, string Why);
