namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>What a field of a request is there to carry; it decides what may be said against its content.</summary>
public enum FieldKind
{
    /// <summary>Names, titles, ids, queries, headers: every detector looks.</summary>
    Text,

    /// <summary>The path of a file: only ways out of the folder count, for a file may be called anything.</summary>
    Path,

    /// <summary>Prompts, source, messages: code is what belongs there. It is counted and never refused.</summary>
    Code,

    /// <summary>Passwords, codes, tokens: never looked at, so that no piece of one reaches a log.</summary>
    Secret,
}
