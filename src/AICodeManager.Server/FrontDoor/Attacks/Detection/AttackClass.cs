namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>What an attack aims at; each has a threshold and a mode of its own.</summary>
public enum AttackClass
{
    SqlInjection,
    CrossSiteScripting,

    /// <summary>Shell commands, and code for template engines and interpreters.</summary>
    CommandInjection,

    /// <summary>Ways out of a folder, and files that only an attacker asks for by name.</summary>
    PathTraversal,

    /// <summary>Requests that no honest client writes: split headers, smuggling, foreign entities.</summary>
    Protocol,
}
