namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>What a place of a request may hold, which decides what is looked for in it.</summary>
public enum FieldKind
{
    /// <summary>Names, titles, searches, headers: every detector looks.</summary>
    Text,

    /// <summary>A file's or route's path: every detector looks; what leaves its folder is refused by whoever opens it.</summary>
    Path,

    /// <summary>Prompts, files and terminal input: full of code by nature, so nothing in it is an attack on us.</summary>
    Code,

    /// <summary>Passwords and tokens: never looked at, so that no part of one can reach a log.</summary>
    Secret,
}
